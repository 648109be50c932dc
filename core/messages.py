"""Messages of the admin that lead somewhere."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def link_button(url: str, label: str) -> SafeString:
    """Return a link that opens beside what is being written, so that nothing typed is lost."""
    return format_html(
        '<a href="{}" target="_blank" rel="noopener" class="button button-small button-secondary">{}</a>', url, label
    )
