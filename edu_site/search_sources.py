"""What search finds of the site's own pages: information, and the questions that they answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from core.registries import SearchHit, SearchSource
from core.search.sources import listed_source, model_source
from core.templatetags.typography import plain_title
from edu_site.pages import InfoPage


def information() -> SearchSource:
    """Return the search source over help, rights and the other pages of information."""
    return model_source(
        label=_("帮助与说明"),
        model=InfoPage,
        queryset=lambda: InfoPage.objects.live().defer("body", "sources"),
        present=_page_hits,
        titles=lambda: [plain_title(title) for title in InfoPage.objects.live().values_list("title", flat=True)],
        texts=_page_texts,
        weight=0.9,
    )


def answered_questions() -> SearchSource:
    """Return the search source over the questions that pages of information answer."""
    # An answer is short and holds much of any short question; the lesson that explains the matter comes before it.
    return listed_source(label=_("常见问题"), entries=_questions, weight=0.6)


def _page_hits(pages: Sequence[InfoPage]) -> Iterable[SearchHit]:
    for page in pages:
        yield SearchHit(
            title=plain_title(page.title),
            url=str(page.url),
            type="info",
            summary=page.search_description or plain_title(page.intro),
            keywords=page.intro,
            key=page.pk,
        )


def _page_texts(keys: Sequence[Any]) -> Mapping[Any, str]:
    pages = InfoPage.objects.filter(pk__in=keys).only("title", "body")
    return {page.pk: " ".join(page.body.stream_block.get_searchable_content(page.body)) for page in pages}


def _questions() -> Iterator[SearchHit]:
    for page in InfoPage.objects.live().defer("sources"):
        for block in page.body:
            if block.block_type == "faq":
                answer = " ".join(strip_tags(str(block.value["answer"]).replace("</p>", " ")).split())
                yield SearchHit(
                    title=block.value["question"], url=f"{page.url}#q-{block.id[:8]}", type="faq", summary=answer
                )
