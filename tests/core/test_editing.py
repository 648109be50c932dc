"""Two people at one text, texts that save themselves, and times that are over: nothing is lost, the gate holds."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState

from core.actions.publishing import publish_through_review
from core.errors import PublicationRefusedError
from courses.models import GlossaryTerm
from courses.pages import ColumnPage
from tests.factories.accounts import StaffFactory


def signed_in(user):
    browser = Client()
    browser.force_login(user, backend="accounts.backends.StaffPasswordBackend")
    return browser


@pytest.fixture(autouse=True)
def _second_factor(monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)


@pytest.fixture
def column(course_site):
    page = ColumnPage.objects.first()
    page.save_revision(user=course_site.author)
    return page


@pytest.fixture
def term(course_site):
    made = GlossaryTerm(term="净值", pinyin="jing zhi", slug="jing-zhi", plain="一份值多少钱。", live=False)
    made.save()
    made.save_revision(user=course_site.author)
    return made


def page_url(page):
    return f"/cms/pages/{page.pk}/edit/"


def term_url(term):
    return f"/cms/snippets/courses/glossaryterm/edit/{term.pk}/"


def form_of(browser, url):
    """Return what a browser would send if the form were saved untouched."""
    form = BeautifulSoup(browser.get(url).content, "html.parser").select_one("form[data-edit-form]")
    data = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        if field.name == "select" and field.has_attr("multiple"):
            data[field["name"]] = [option["value"] for option in field.select("option[selected]")]
        elif field.name == "select":
            chosen = field.select_one("option[selected]")
            data[field["name"]] = chosen["value"] if chosen else ""
        elif field.name == "textarea":
            data[field["name"]] = field.get_text().removeprefix("\n")
        elif field.get("type") != "submit":
            data[field["name"]] = field.get("value", "")
    return data


def autosave(browser, url, data):
    return browser.post(url, data, headers={"accept": "application/json"})


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


def latest(obj):
    return type(obj)._default_manager.get(pk=obj.pk).get_latest_revision()


@pytest.mark.parametrize("kind", ["page", "snippet"])
def test_a_form_that_a_colleague_has_overtaken_is_handed_back_with_what_was_typed(kind, course_site, column, term):
    colleague = StaffFactory(role="editor")
    subject, url, name = (column, page_url(column), "intro") if kind == "page" else (term, term_url(term), "plain")
    mine, theirs = signed_in(course_site.author), signed_in(colleague)
    my_form, their_form = form_of(mine, url), form_of(theirs, url)
    loaded = latest(subject).pk
    assert theirs.post(url, {**their_form, name: "同事写的。"}).status_code == 302
    newer = latest(subject)
    assert (newer.user, getattr(newer.as_object(), name)) == (colleague, "同事写的。")

    refused = mine.post(url, {**my_form, name: "我写的。"})
    assert refused.status_code == 200
    assert "存了更新的一版。您的改动还没有保存，都还在下面的表单里。" in told(refused)
    assert f"/revisions/compare/{loaded}...{newer.pk}/" in told(refused)
    assert refused.context["form"][name].value() == "我写的。"
    assert "我写的。" in refused.content.decode()
    assert latest(subject) == newer

    # Both were seen: saving once more is meant.
    again = BeautifulSoup(refused.content, "html.parser").select_one("input[name=loaded_revision_id]")["value"]
    moment = BeautifulSoup(refused.content, "html.parser").select_one("input[name=loaded_revision_created_at]")["value"]
    assert again == str(newer.pk)
    sent = {**my_form, name: "我写的。", "loaded_revision_id": again, "loaded_revision_created_at": moment}
    assert mine.post(url, sent).status_code == 302
    last = latest(subject)
    assert (last.user, getattr(last.as_object(), name)) == (course_site.author, "我写的。")
    assert subject.revisions.filter(pk=newer.pk).exists()


def test_a_version_replaced_in_place_overtakes_too(course_site, column):
    colleague = StaffFactory(role="editor")
    mine, theirs, url = signed_in(course_site.author), signed_in(colleague), page_url(column)
    theirs.post(url, {**form_of(theirs, url), "intro": "一"})
    my_form = form_of(mine, url)
    replaced = latest(column)
    answer = autosave(
        theirs, url, {**form_of(theirs, url), "intro": "二", "overwrite_revision_id": str(replaced.pk)}
    ).json()
    assert (answer["success"], answer["revision_id"]) == (True, replaced.pk)
    refused = mine.post(url, {**my_form, "intro": "我"})
    assert "存了更新的一版" in told(refused)
    assert f"/cms/pages/{column.pk}/history/" in told(refused)
    assert latest(column).as_object().intro == "二"


def test_ones_own_newer_version_is_no_conflict(course_site, column):
    mine, url = signed_in(course_site.author), page_url(column)
    form = form_of(mine, url)
    assert autosave(mine, url, {**form, "intro": "一"}).json()["success"] is True
    assert mine.post(url, {**form, "intro": "二"}).status_code == 302
    assert latest(column).as_object().intro == "二"


@pytest.mark.parametrize("named", ["", "x", "-1", "9" * 30, "²"])
def test_a_form_that_names_no_version_is_taken(named, course_site, column):
    mine, url = signed_in(course_site.author), page_url(column)
    form = {**form_of(mine, url), "intro": "一", "loaded_revision_id": named, "loaded_revision_created_at": "99-99"}
    assert mine.post(url, form).status_code == 302
    assert latest(column).as_object().intro == "一"


def test_autosave_of_an_overtaken_form_saves_nothing(course_site, column):
    colleague = StaffFactory(role="editor")
    mine, theirs, url = signed_in(course_site.author), signed_in(colleague), page_url(column)
    my_form = form_of(mine, url)
    theirs.post(url, {**form_of(theirs, url), "intro": "同事"})
    answer = autosave(mine, url, {**my_form, "intro": "我"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "invalid_revision")
    assert latest(column).as_object().intro == "同事"


def test_autosave_is_on_and_replaces_only_its_own_last_draft(course_site, column):
    mine, url = signed_in(course_site.author), page_url(column)
    assert 'data-w-autosave-interval-value="3000"' in mine.get(url).content.decode()
    first = latest(column)
    made = autosave(mine, url, {**form_of(mine, url), "intro": "一"}).json()
    assert made["revision_id"] > first.pk
    again = autosave(
        mine, url, {**form_of(mine, url), "intro": "二", "overwrite_revision_id": str(made["revision_id"])}
    ).json()
    assert again["revision_id"] == made["revision_id"]
    assert [row.as_object().intro for row in column.revisions.order_by("pk")] == [first.as_object().intro, "二"]
    assert {row.user for row in column.revisions.all()} == {course_site.author}


@pytest.mark.parametrize("kind", ["page", "snippet"])
def test_nothing_is_autosaved_while_somebody_judges_the_text(kind, course_site, column, term):
    """The reviewer, whom the lock lets in, would otherwise become an author by typing, and the approval void."""
    subject, url, name = (column, page_url(column), "intro") if kind == "page" else (term, term_url(term), "plain")
    subject.get_workflow().start(subject, user=course_site.author)
    submitted = latest(subject)
    for user in (course_site.reviewer, course_site.author, StaffFactory(role="admin", is_superuser=True)):
        browser = signed_in(user)
        if browser.get(url).status_code != 200:
            continue
        answer = autosave(browser, url, {**form_of(browser, url), name: "改"})
        assert (answer.status_code, answer.json()["error_code"]) == (400, "locked")
        assert "正在审核" in answer.json()["error_message"]
    assert latest(subject) == submitted
    assert latest(subject).content == submitted.content


@pytest.mark.parametrize("state", ["in_progress", "rejected", "cancelled", "approved"])
def test_what_was_submitted_is_never_replaced_in_place(state, course_site, column):
    author = course_site.author
    review = column.get_workflow().start(column, user=author)
    submitted = column.get_latest_revision()
    task = review.current_task_state.specific
    if state == "rejected":
        task.reject(user=course_site.reviewer)
    elif state == "cancelled":
        review.cancel(user=author)
    elif state == "approved":
        task.approve(user=course_site.reviewer)
    before = Revision.objects.get(pk=submitted.pk).content
    draft = ColumnPage.objects.get(pk=column.pk).get_latest_revision_as_object()
    draft.intro = "改过"
    saved = draft.save_revision(user=author, overwrite_revision=submitted)
    assert saved.pk > submitted.pk
    submitted.refresh_from_db()
    assert submitted.content == before
    assert TaskState.objects.filter(revision=submitted).exists()


def test_a_draft_typed_after_the_approval_does_not_go_live_with_it(course_site, column):
    author = course_site.author
    live = publish_through_review(page=column, author=author, reviewer=course_site.reviewer, now=timezone.now())
    mine, url = signed_in(author), page_url(column)
    approved = live.live_revision_id
    made = autosave(mine, url, {**form_of(mine, url), "intro": "没审过"}).json()
    assert made["revision_id"] > approved
    with pytest.raises(PublicationRefusedError, match="还没有通过审核"):
        latest(column).publish()
    fresh = ColumnPage.objects.get(pk=column.pk)
    assert (fresh.live_revision_id, fresh.intro) == (approved, live.intro)


def stamp(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("go_live", "expire", "field", "words"),
    [
        (-1, None, "go_live_at", "这个时间已经过去了"),
        (None, -1, "expire_at", "过期日期/时间必须是未来时间"),
        (2, 1, "go_live_at", "必须早于过期日期"),
    ],
)
def test_times_that_make_no_sense_are_told_beside_the_field(go_live, expire, field, words, course_site, column):
    url = page_url(column)
    mine, now, before = signed_in(course_site.author), timezone.now(), latest(column)
    times = {
        "go_live_at": stamp(now + timedelta(days=go_live)) if go_live else "",
        "expire_at": stamp(now + timedelta(days=expire)) if expire else "",
    }
    answer = mine.post(url, {**form_of(mine, url), **times})
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert field in errors
    assert words in errors[field][0]
    assert latest(column) == before


def test_a_time_that_passed_while_the_text_waited_does_not_stand_in_the_way(course_site, column):
    mine, url, start = signed_in(course_site.author), page_url(column), timezone.now()
    typed = {"go_live_at": stamp(start + timedelta(hours=1)), "intro": "新的导语"}
    assert mine.post(url, {**form_of(mine, url), **typed}).status_code == 302
    with time_machine.travel(start + timedelta(hours=3), tick=False):
        later = signed_in(course_site.author)
        # The form with the old time in it is saved again, and submitted.
        answer = later.post(url, {**form_of(later, url), "action-submit": "1"})
        assert answer.status_code == 302
        task = ColumnPage.objects.get(pk=column.pk).current_workflow_task_state.specific
        task.approve(user=course_site.reviewer)
        fresh = ColumnPage.objects.get(pk=column.pk)
        assert (fresh.live, fresh.intro, fresh.live_revision.user) == (True, "新的导语", course_site.author)
        assert fresh.live_revision.approved_go_live_at is None


def test_what_is_approved_before_its_time_waits_for_it(course_site, column):
    start = timezone.now()
    publish_through_review(page=column, author=course_site.author, reviewer=course_site.reviewer, now=start)
    draft = ColumnPage.objects.get(pk=column.pk).get_latest_revision_as_object()
    draft.intro, draft.go_live_at = "新的导语", start + timedelta(hours=1)
    draft.save_revision(user=course_site.author)
    review = draft.get_workflow().start(draft, user=course_site.author)
    review.current_task_state.specific.approve(user=course_site.reviewer)
    assert ColumnPage.objects.get(pk=column.pk).intro != "新的导语"
    with time_machine.travel(start + timedelta(hours=2), tick=False):
        call_command("publish_scheduled")
        assert ColumnPage.objects.get(pk=column.pk).intro == "新的导语"


def test_what_has_expired_before_its_approval_does_not_go_live(course_site, column):
    start = timezone.now()
    Page.objects.filter(pk=column.pk).update(live=False)
    draft = ColumnPage.objects.get(pk=column.pk)
    draft.expire_at = start + timedelta(hours=1)
    draft.save_revision(user=course_site.author)
    review = draft.get_workflow().start(draft, user=course_site.author)
    with time_machine.travel(start + timedelta(hours=2), tick=False):
        url = f"/cms/pages/workflow/action/{column.pk}/approve/{review.current_task_state.pk}/"
        answer = signed_in(course_site.reviewer).post(url, {}, follow=True)
        assert "下线时间已经过去了" in answer.content.decode()
    fresh = ColumnPage.objects.get(pk=column.pk)
    assert fresh.live is False
    assert fresh.current_workflow_state is not None
