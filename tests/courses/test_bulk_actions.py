"""One step for many rows of the admin's listings: each has its answer, and the gate stands before each."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core import pagecache
from core.models import PublishedVersion
from courses.models import GlossaryTerm
from courses.pages import ArticlePage, ColumnPage
from tests.factories.accounts import StaffFactory

PAGES = "/cms/bulk/wagtailcore/page"
TERMS = "/cms/bulk/courses/glossaryterm"


@pytest.fixture
def enter(monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)

    def enter(user):
        browser = Client()
        browser.force_login(user, backend="accounts.backends.StaffPasswordBackend")
        return browser

    return enter


@pytest.fixture
def admin(enter):
    return enter(StaffFactory(is_superuser=True))


def act(browser, base, action, objects, data=None):
    """Ask first, as the listing does, then confirm; return the listing with its messages."""
    url = f"{base}/{action}/?" + "&".join(f"id={obj.pk}" for obj in objects) + "&next=/cms/"
    assert browser.get(url).status_code == 200
    return browser.post(url, data or {}, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def articles(course_site):
    return [course_site.article(slug=f"article-{number}", title=f"文章{number}") for number in (1, 2, 3)]


def test_publishing_many_lets_the_approved_through_and_names_the_others(admin, course_site, articles):
    approved, changed, live = articles
    approved.unpublish()
    changed.title = "改过没审"
    changed.save_revision(user=course_site.author)
    before = PublishedVersion.objects.count()
    answer = act(admin, PAGES, "publish", articles)
    assert told(answer) == [
        "已发布 1 个：文章1",
        "2 个没有做：<ul><li>改过没审：这一版还没有通过审核，不能发布。请提交审核，由另一位同事通过。</li>"
        "<li>文章3：公开的就是最新的一版，没有要发布的。</li></ul>",
    ]
    states = {page.pk: (page.live, page.title) for page in ArticlePage.objects.all()}
    assert states == {approved.pk: (True, "文章1"), changed.pk: (True, "文章2"), live.pk: (True, "文章3")}
    assert PublishedVersion.objects.count() == before + 1


def test_publishing_with_what_is_below_answers_for_each_page(admin, course_site, articles):
    column = ColumnPage.objects.get(slug="columns")
    column.save_revision(user=course_site.author)
    draft = ColumnPage.objects.get(pk=column.pk).add_child(
        instance=ArticlePage(title="草稿", slug="draft", live=False, summary="一句。")
    )
    articles[0].unpublish()
    answer = act(admin, PAGES, "publish", [column], {"include_descendants": "on"})
    done, refused = told(answer)
    assert done == "已发布 1 个：文章1"
    assert refused.startswith("2 个没有做：")
    assert "<li>草稿：这一版还没有通过审核" in refused
    assert ArticlePage.objects.get(pk=draft.pk).live is False


@pytest.mark.parametrize("role", ["editor", "service"])
def test_who_may_not_publish_publishes_nothing_in_bulk(role, enter, course_site, articles):
    articles[0].unpublish()
    url = f"{PAGES}/publish/?id={articles[0].pk}"
    answer = enter(StaffFactory(role=role)).post(url, {}, follow=True)
    assert answer.status_code in {200, 403, 404}
    assert ArticlePage.objects.get(pk=articles[0].pk).live is False


def test_unpublishing_moving_and_deleting_many(admin, course_site, articles):
    one, two, three = articles
    assert told(act(admin, PAGES, "unpublish", [one, two])) != []
    assert [page.live for page in ArticlePage.objects.order_by("slug")] == [False, False, True]
    target = ColumnPage.objects.get(slug="policy")
    act(admin, PAGES, "move", [one, three], {"chooser": str(target.pk)})
    target = ColumnPage.objects.get(slug="policy")
    assert set(target.get_children().values_list("pk", flat=True)) == {one.pk, three.pk}
    # A moved page is as public as it was.
    assert [page.live for page in ArticlePage.objects.order_by("slug")] == [False, False, True]
    act(admin, PAGES, "delete", [one, two])
    assert [page.pk for page in ArticlePage.objects.all()] == [three.pk]


def test_a_page_does_not_move_to_where_it_does_not_belong(admin, articles):
    home = articles[0].get_ancestors().get(depth=2)
    act(admin, PAGES, "move", articles[:1], {"chooser": str(home.pk)})
    assert ArticlePage.objects.get(pk=articles[0].pk).get_parent().slug == "columns"


@pytest.fixture
def terms(course_site):
    return [
        course_site.term(term="净值", slug="jing-zhi", pinyin="jing zhi"),
        course_site.term(term="份额", slug="fen-e", pinyin="fen e"),
    ]


def test_publishing_and_unpublishing_many_terms(admin, course_site, terms, django_capture_on_commit_callbacks):
    one, two = terms
    with django_capture_on_commit_callbacks(execute=True):
        before = pagecache._generation()
        assert told(act(admin, TERMS, "unpublish", terms)) == ["已取消发布 2 个：份额、净值"]
    assert pagecache._generation() != before
    assert set(GlossaryTerm.objects.values_list("live", flat=True)) == {False}
    changed = GlossaryTerm.objects.get(pk=two.pk)
    changed.plain = "没审过"
    changed.save_revision(user=course_site.author)
    assert told(act(admin, TERMS, "publish", terms)) == [
        "已发布 1 个：净值",
        "1 个没有做：<ul><li>份额：这一版还没有通过审核，不能发布。请提交审核，由另一位同事通过。</li></ul>",
    ]
    assert dict(GlossaryTerm.objects.values_list("pk", "live")) == {one.pk: True, two.pk: False}


def test_an_editor_publishes_no_terms_in_bulk(enter, course_site, terms):
    GlossaryTerm.objects.get(pk=terms[0].pk).unpublish()
    for action in ("publish", "unpublish"):
        enter(course_site.author).post(f"{TERMS}/{action}/?id={terms[0].pk}&id={terms[1].pk}", {})
        states = dict(GlossaryTerm.objects.values_list("pk", "live"))
        assert states == {terms[0].pk: False, terms[1].pk: True}


@pytest.mark.parametrize("kind", ["pages", "terms"])
def test_the_next_review_of_many_becomes_drafts(kind, enter, course_site, articles, terms):
    base, objects = (PAGES, articles[:2]) if kind == "pages" else (TERMS, terms)
    day = timezone.localdate() + timedelta(days=200)
    model = type(objects[0])
    objects[1].get_workflow().start(objects[1], user=course_site.author)
    old = model.objects.get(pk=objects[0].pk).review_by
    answer = act(enter(course_site.author), base, "review_by", objects, {"review_by": day.isoformat()})
    assert told(answer) == [
        f"已改 1 个，存成草稿，审核通过后生效：{objects[0]}",
        f"1 个没有做：<ul><li>{objects[1]}：正在审核，没有改。</li></ul>",
    ]
    fresh = model.objects.get(pk=objects[0].pk)
    draft = fresh.get_latest_revision()
    assert (fresh.live, fresh.review_by, draft.as_object().review_by, draft.user) == (
        True,
        old,
        day,
        course_site.author,
    )
    assert model.objects.get(pk=objects[1].pk).get_latest_revision_as_object().review_by != day


def test_a_day_that_is_over_and_pages_without_a_day_are_refused(enter, course_site, articles):
    browser, column = enter(course_site.author), ColumnPage.objects.get(slug="columns")
    url = f"{PAGES}/review_by/?id={articles[0].pk}&id={column.pk}&next=/cms/"
    answer = browser.post(url, {"review_by": timezone.localdate().isoformat()})
    assert answer.context["form"].errors == {"review_by": ["请选今天以后的日期。"]}
    revisions = articles[0].revisions.count()
    day = timezone.localdate() + timedelta(days=30)
    answer = browser.post(url, {"review_by": day.isoformat()}, follow=True)
    assert "专栏文章：这种页面没有复审日期。" in " ".join(told(answer))
    assert articles[0].revisions.count() == revisions + 1


def test_a_draft_takes_the_day_at_once(enter, course_site):
    column = ColumnPage.objects.get(slug="columns")
    draft = column.add_child(instance=ArticlePage(title="草稿", slug="draft", live=False, summary="一句。"))
    draft.save_revision(user=course_site.author, clean=False)
    day = timezone.localdate() + timedelta(days=30)
    act(enter(course_site.author), PAGES, "review_by", [draft], {"review_by": day.isoformat()})
    fresh = ArticlePage.objects.get(pk=draft.pk)
    assert (fresh.live, fresh.review_by) == (False, day)
