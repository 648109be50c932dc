"""The check beside the form: who may ask, what it reads, what it refuses."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from compliance.actions.overrides import release_finding
from compliance.findings import findings_in
from compliance.views import check
from courses.models import GlossaryTerm
from courses.pages import LessonPage
from newsletters.models import Campaign
from tests.compliance.test_publication_paths import page_form
from tests.factories.accounts import InvestorFactory, StaffFactory
from tests.factories.newsletters import make_campaign, make_marketer

pytestmark = pytest.mark.django_db
URL = "/cms/compliance/check/"


def ask(client, path, form):
    return client.post(URL, {**form, "compliance-path": path})


def edit(page):
    return f"/cms/pages/{page.pk}/edit/"


def stream(*blocks):
    """Return what the editor posts of a body: (type, id, fields) each."""
    form = {"body-count": str(len(blocks))}
    for number, (kind, key, fields) in enumerate(blocks):
        head = f"body-{number}"
        form |= {f"{head}-deleted": "", f"{head}-order": str(number), f"{head}-type": kind, f"{head}-id": key}
        form |= {f"{head}-value{name}": value for name, value in fields.items()}
    return form


def rich(text):
    """Return a paragraph as the editor posts it, with the fourth character in bold."""
    bold = {"offset": 3, "length": 1, "style": "BOLD"}
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [bold], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def test_findings_name_field_and_block_and_offer_words(enter, course_site):
    page = course_site.draft()
    form = page_form(page, subtitle="本产品稳赚不赔")
    form |= stream(("text", "11111111-1111-4111-8111-111111111111", {"-html": rich("本产品保本")}))
    answer = ask(enter(course_site.author), edit(page), form).json()
    found = [(row["severity"], row["places"], row["match"]) for row in answer["findings"]]
    assert found == [
        ("block", ["subtitle"], "稳赚不赔"),
        ("block", ["body.11111111-1111-4111-8111-111111111111.html"], "保本"),
    ]
    assert answer["counts"] == {"block": 2, "warn": 0, "note": 0}
    assert all(row["suggestion"] for row in answer["findings"])


def test_nothing_is_stored(enter, course_site):
    page = course_site.draft()
    before = page.revisions.count()
    ask(enter(course_site.author), edit(page), page_form(page, objective="本产品保本"))
    assert page.revisions.count() == before
    assert LessonPage.objects.get(pk=page.pk).objective == "能说出一件事。"


def test_a_quoting_field_is_noted(enter, course_site):
    page = course_site.draft()
    form = page_form(page) | stream(
        ("scene", "22222222-2222-4222-8222-222222222222",
         {"-html": rich("群里有人说"), "-say": "“稳赚不赔”", "-after": rich("该信吗？")}),
    )  # fmt: skip
    answer = ask(enter(course_site.author), edit(page), form).json()
    assert answer["counts"] == {"block": 0, "warn": 0, "note": 1}


def test_new_pages_snippets_questions_and_letters_are_checked_too(enter, course_site, now):
    parent = course_site.draft().get_parent()
    client = enter(StaffFactory(is_superuser=True))
    campaign = make_campaign(author=make_marketer(), now=now)
    letter = {"title": "信", "slug": "x", "topic": "monthly", "subject": "本产品保本", "preheader": "", "headline": "",
              "sms_text": "", "body-count": "0"}  # fmt: skip
    question = {
        "code": "X-1", "stem": "情境", "ask": "问", "explanation": "我们稳赚不赔", "options-count": "1",
        "options-0-deleted": "", "options-0-order": "0", "options-0-type": "item", "options-0-id": "o1",
        "options-0-value-text": "稳赚不赔", "options-0-value-true_part": "", "options-0-value-breaks": "",
        "options-0-value-remedy": "", "options-0-value-misconception": "",
    }  # fmt: skip
    term = {"term": "词", "plain": "保证收益", "aliases": "带单", "example": ""}
    asked = {
        f"/cms/pages/add/courses/lessonpage/{parent.pk}/": page_form(course_site.draft(), title="本产品保本"),
        "/cms/snippets/courses/glossaryterm/add/": term,
        "/cms/snippets/quizzes/question/add/": question,
        f"/cms/newsletters/campaigns/edit/{campaign.pk}/": letter,
    }
    places = {
        path: [(row["severity"], row["places"]) for row in ask(client, path, form).json()["findings"]]
        for path, form in asked.items()
    }
    assert list(places.values()) == [
        [("block", ["title"])],
        [("block", ["plain"]), ("note", ["aliases"])],
        [("note", ["options.o1.text"]), ("block", ["explanation"])],
        [("block", ["subject"])],
    ]
    assert Campaign.objects.get().subject != "本产品保本"
    assert not GlossaryTerm.objects.filter(term="词").exists()


def test_what_somebody_answers_for_is_shown_as_released(enter, course_site, now):
    page = course_site.draft()
    page.objective = "本产品保本"
    revision = page.save_revision(user=course_site.author)
    subject = revision.as_object()
    release_finding(
        subject=subject, revision=revision, digest=findings_in(subject)[0].digest, reason="课里逐字拆解这一句话。",
        user=course_site.reviewer, now=now,
    )  # fmt: skip
    answer = ask(enter(course_site.author), edit(page), page_form(page, objective="本产品保本")).json()
    assert [(row["severity"], row["released"]) for row in answer["findings"]] == [("note", True)]
    assert answer["counts"]["block"] == 0


@pytest.mark.parametrize("who", ["guest", "investor", "analyst"])
def test_only_who_may_write_is_answered(client, course_site, who):
    page = course_site.draft()
    if who == "investor":
        client.force_login(InvestorFactory(), backend="accounts.backends.ContactCodeBackend")
    elif who == "analyst":
        client.force_login(StaffFactory(role="analyst"), backend="accounts.backends.StaffPasswordBackend")
    response = ask(client, edit(page), page_form(page, objective="本产品保本"))
    assert response.status_code in {302, 403}
    assert "稳赚" not in response.content.decode()
    assert "findings" not in response.content.decode()


def test_a_form_without_token_is_refused(course_site):
    client = Client(enforce_csrf_checks=True)
    client.force_login(course_site.author, backend="accounts.backends.StaffPasswordBackend")
    page = course_site.draft()
    assert ask(client, edit(page), page_form(page)).status_code == 403
    assert client.get(URL).status_code == 405


def test_more_than_the_limit_is_refused_before_it_is_read(enter, course_site):
    page = course_site.draft()
    answer = ask(enter(course_site.author), edit(page), page_form(page, objective="基" * 200_000))
    assert answer.status_code == 413
    assert "400 KB" in answer.json()["error"]


def test_a_large_form_without_token_says_that_it_is_large(course_site):
    client = Client(enforce_csrf_checks=True)
    client.force_login(course_site.author, backend="accounts.backends.StaffPasswordBackend")
    page = course_site.draft()
    assert ask(client, edit(page), page_form(page, objective="a" * 3_000_000)).status_code == 413


def test_too_many_questions_are_put_off(enter, course_site, monkeypatch):
    monkeypatch.setattr(check, "CHECKS", check.limits.Limit(count=2, window=check.CHECKS.window))
    page = course_site.draft()
    client = enter(course_site.author)
    answers = [ask(client, edit(page), page_form(page)).status_code for _time in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.parametrize(
    "path",
    ["", "/cms/", "/courses/", "/cms/pages/999999/edit/", "/cms/pages/x/edit/", "//evil.example/", "/cms/users/1/"],
)
def test_an_address_without_a_form_has_an_empty_answer(enter, course_site, path):
    answer = ask(enter(course_site.author), path, {})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_form_without_words_for_readers_has_an_empty_answer(enter, course_site):
    answer = ask(enter(course_site.author), reverse("media_files:add"), {"title": "本产品保本"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_broken_form_is_refused(enter, course_site):
    page = course_site.draft()
    form = page_form(page) | {"body-count": "3"}
    answer = ask(enter(course_site.author), edit(page), form)
    assert answer.status_code == 400
    assert "不完整" in answer.json()["error"]


def test_the_script_comes_with_every_form_and_nothing_is_inline(enter, course_site):
    page = enter(course_site.author).get(edit(course_site.draft())).content.decode()
    [tag] = [line for line in page.splitlines() if "js/compliance.js" in line]
    assert f'data-compliance-url="{reverse("compliance_check")}"' in tag
    assert 'data-word-title="合规检查"' in tag
