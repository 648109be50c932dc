"""Facts in a text that is about to be cut."""

from django import template

from core.facts import fill_in

register = template.Library()


@register.filter
def facts(text: object) -> str:
    """Return ``text`` with its facts filled in now, for filters that would cut a reference apart."""
    return fill_in(str(text))
