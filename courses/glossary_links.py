"""The links from a page to the glossary as it is now."""

from core.search.memory import once_a_generation
from courses.term_links import LinkedTerm, TermLinks


def term_links() -> TermLinks:
    """Return the links of one page to the public terms; they are used up as the page is rendered."""
    return TermLinks(_linked_terms())


@once_a_generation
def _linked_terms() -> list[LinkedTerm]:
    """Return the public terms, asked for again after each publication, and so after each withdrawal."""
    from courses.models import GlossaryTerm

    rows = GlossaryTerm.objects.filter(live=True).only("term", "slug", "plain", "aliases", "unlinked").order_by("pk")
    return [
        LinkedTerm(
            term=row.term,
            address=row.get_absolute_url(),
            plain=row.plain,
            names=tuple(row.linked_names),
            silent=tuple(row.silent_names),
        )
        for row in rows
    ]
