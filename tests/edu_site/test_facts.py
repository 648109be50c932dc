"""Facts on pages of information and on the home page, from their files to the reader."""

import pytest
from django.core.exceptions import ValidationError

from compliance.models import Fact
from compliance.queries import due_for_review, uses_of
from core.actions.publishing import ensure_review_workflow, publish_through_review
from core.models import PublishedVersion
from edu_site.actions.importing import import_home, import_info_page
from edu_site.pages import HomePage, InfoPage
from tests.factories.compliance import unsaved_fact
from tests.factories.edu_site import NOW, home_data, info_data, make_home
from tests.factories.quizzes import staff_pair

pytestmark = pytest.mark.django_db

NAMED = "最高{fact:fee_cap}。"
BODY = [
    {"type": "text", "html": f"<p>{NAMED}</p>"},
    {"type": "section", "title": NAMED, "short": ""},
    {"type": "steps", "items": [{"title": NAMED, "html": f"<p>{NAMED}</p>"}]},
    {"type": "faq", "question": NAMED, "answer": f"<p>{NAMED}</p>"},
    {"type": "margin_note", "term": "词", "html": f"<p>{NAMED}</p>"},
    {"type": "table", "head": ["甲", "乙"], "rows": [["一", NAMED]], "caption": NAMED, "note": NAMED},
    {"type": "if_then", "if_text": NAMED, "then_text": NAMED},
    {"type": "keep", "text": NAMED},
]


@pytest.fixture
def fact() -> Fact:
    make_home()
    author, reviewer = staff_pair()
    ensure_review_workflow(reviewers=reviewer.groups.get(), root_page=HomePage.objects.get(), snippet_models=(Fact,))
    fact = unsaved_fact()
    fact.save()
    return publish_through_review(page=fact, author=author, reviewer=reviewer, now=NOW)


def _info(**changes) -> InfoPage:
    author, reviewer = staff_pair()
    data = {**info_data("rights"), "body": BODY, "intro": NAMED, "sources": [], **changes}
    page = import_info_page(data=data, author=author, now=NOW)
    return publish_through_review(page=page, author=author, reviewer=reviewer, now=NOW)


def test_an_information_page_names_facts_in_every_kind_of_block(fact, client):
    page = _info()
    seen = client.get(page.url).content.decode()
    assert "{fact" not in seen
    assert seen.count("最高0.8%") + seen.count(">0.8%</span>") == 15
    assert "本页用到的事实" in seen
    kept = PublishedVersion.objects.filter(content_type__model="infopage").first()
    assert (kept.text.count("0.8%"), kept.facts) == (14, {"fee_cap": fact.live_revision_id})
    assert [(use.label, use.live) for use in uses_of(["fee_cap"])] == [("说明页", True)]


def test_the_page_for_what_is_urgent_says_where_its_facts_come_from(fact, client):
    page = _info(path="/help-now/", slug="help-now")
    InfoPage.objects.filter(pk=page.pk).update(layout="urgent")
    assert "本页用到的事实" in client.get(page.url).content.decode()


def test_an_unknown_fact_keeps_an_information_page_out(fact):
    with pytest.raises(ValidationError, match="nowhere"):
        _info(intro="最高{fact:nowhere}。")


def test_the_home_page_names_facts_too(fact, client):
    data = home_data()
    author, reviewer = staff_pair()
    data["question"]["reveal"] = f"<p>{NAMED}</p>"
    data["promise"]["sub"] = NAMED
    home = import_home(data=data, author=author, now=NOW)
    publish_through_review(page=home, author=author, reviewer=reviewer, now=NOW)
    assert "最高0.8%。" in client.get("/").content.decode()
    answered = client.get("/?guess=a").content.decode()
    assert '最高<span class="fact" data-fact="fee_cap">0.8%</span>。' in answered


def test_pages_of_information_are_due_for_review_with_the_others(fact):
    page = _info()
    assert page.review_by is not None
    assert "说明页" in {due.label for due in due_for_review(page.review_by, 0)}
