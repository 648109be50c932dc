"""Paths: the publish gate, what the public sees of them, what comes next, and how far somebody is."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from core.actions.publishing import publish_through_review
from core.errors import PublicationRefusedError
from core.models import PublishedVersion
from courses.actions.path_importing import import_path
from courses.actions.progress import record_progress
from courses.errors import ContentInvalidError
from courses.models import LearningPath, PathItem
from courses.paths.checks import check_path, paths_lead_on
from courses.paths.queries import begun_paths, next_in_paths, progress_in, public_paths
from courses.queries import due_reviews
from tests.factories.accounts import InvestorFactory, StaffFactory
from tests.factories.courses import CONTENT, NOW, read_content

pytestmark = pytest.mark.django_db

FILES = sorted(path.stem for path in (CONTENT / "paths").glob("*.toml"))


def path_data(*codes, **changes):
    return {
        "slug": "sample-path", "order": 1, "title": "一条|路径", "audience": "给试读的人", "promise": "能说出一件事。",
        "author": "林言", "reviewer": "周正",
        "items": [{"lesson": code, "reason": f"{code}的道理。"} for code in codes],
        **changes,
    }  # fmt: skip


def make_path(site, *codes, **changes):
    return import_path(data=path_data(*codes, **changes), author=site.author, reviewer=site.reviewer, now=NOW)


@pytest.fixture
def site(course_site):
    """The course tree with three public lessons of eight minutes."""
    for number in range(3):
        course_site.lesson(code=f"D-9{number}", slug=f"lesson-{number}", title=f"第{number}课|样子")
    return course_site


def lesson_of(path, place):
    return path.items.all()[place].lesson


def read(path, place, user, *, finished=True, now=NOW):
    record_progress(user=user, lesson_id=lesson_of(path, place).pk, finished=finished, now=now)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")
    return client


# --- The gate ----------------------------------------------------------------------------------------------------


def test_a_path_goes_through_the_gate_and_leaves_its_words_on_record(site):
    path = make_path(site, "D-90", "D-91")
    assert (path.live, str(path), path.get_absolute_url()) == (True, "一条路径", "/paths/sample-path/")
    version = PublishedVersion.objects.get(object_id=str(path.pk), title="一条路径")
    for words in ("给试读的人", "能说出一件事。", "第0课样子 D-90的道理。", "林言 周正"):
        assert words in version.text
    path.promise = "偷偷改掉。"
    with pytest.raises(PublicationRefusedError):
        path.save()


def test_importing_it_again_changes_nothing_and_a_change_is_published(site):
    make_path(site, "D-90", "D-91")
    make_path(site, "D-90", "D-91")
    assert PublishedVersion.objects.filter(title="一条路径").count() == 1
    assert [item.lesson.code for item in make_path(site, "D-91", "D-90").items.all()] == ["D-91", "D-90"]
    assert PublishedVersion.objects.filter(title="一条路径").count() == 2
    assert [item.lesson.code for item in LearningPath.objects.get().items.all()] == ["D-91", "D-90"]


def test_lessons_of_two_rows_can_change_places(site):
    """The database compares row by row; the form keeps the rows and swaps what they name."""
    path = make_path(site, "D-90", "D-91")
    first, second = path.items.all()
    first.lesson, second.lesson = second.lesson, first.lesson
    path.items = [first, second]
    publish_through_review(page=path, author=site.author, reviewer=site.reviewer, now=NOW)
    rows = PathItem.objects.order_by("sort_order").values_list("pk", "lesson__code")
    assert list(rows) == [(first.pk, "D-91"), (second.pk, "D-90")]


def test_a_lesson_stands_once_in_a_path(site):
    with pytest.raises(ContentInvalidError, match="“第0课样子”在这条路径里出现了两次"):
        make_path(site, "D-90", "D-91", "D-90")
    path = make_path(site, "D-90")
    with pytest.raises(IntegrityError), transaction.atomic():
        PathItem.objects.create(path=path, lesson=lesson_of(path, 0), reason="又一次")
    path.items.add(PathItem(lesson=lesson_of(path, 0), reason="又一次"))
    with pytest.raises(PublicationRefusedError, match="出现了两次"):
        publish_through_review(page=path, author=site.author, reviewer=site.reviewer, now=NOW)


def test_follow_ups_do_not_lead_back(site):
    first = make_path(site, "D-90", slug="first", title="甲")
    second = make_path(site, "D-90", slug="second", title="乙", follow_up="first")
    third = make_path(site, "D-90", slug="third", title="丙", follow_up="second")
    assert third.loop() == ""
    first.follow_up = third
    with pytest.raises(ValidationError, match="绕回来了：甲 → 丙 → 乙 → 甲。请换一条"):
        first.full_clean()
    # Two forms sent side by side: each was right when it was saved, the gate sees both.
    with pytest.raises(PublicationRefusedError, match="绕回来了"):
        check_path(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        LearningPath.objects.filter(pk=first.pk).update(follow_up=first)
    assert list(paths_lead_on()) == []
    LearningPath.objects.filter(pk=first.pk).update(follow_up=second)
    assert [line.partition(":")[0] for line in paths_lead_on()] == ["path first", "path second"]


def test_an_empty_path_and_a_promise_of_returns_are_not_published(site):
    with pytest.raises(PublicationRefusedError, match="还没有课"):
        make_path(site)
    for changes in ({"promise": "走完稳赚不赔。"}, {"items": [{"lesson": "D-90", "reason": "学了稳赚不赔。"}]}):
        with pytest.raises(PublicationRefusedError):
            make_path(site, "D-90", **changes)
    assert not LearningPath.objects.filter(live=True).exists()


def test_what_does_not_exist_is_named(site):
    with pytest.raises(ContentInvalidError, match="没有编号叫“D-99”的课"):
        make_path(site, "D-99")


def test_a_path_due_for_review_is_on_the_list(site):
    make_path(site, "D-90", checked_on=date(2026, 11, 1), review_by=date(2026, 12, 1))
    assert [row.title for row in due_reviews(date(2026, 12, 1))] == ["一条路径"]


# --- The admin ---------------------------------------------------------------------------------------------------


def _form(*lessons):
    rows = [
        {"lesson": str(lesson.pk), "reason": "因为。", "drill": "", "tool": "", "ORDER": str(place)}
        for place, lesson in enumerate(lessons, start=1)
    ]
    values = {
        "title": "新的路径", "audience": "新人", "promise": "能说出来。", "slug": "new-path", "follow_up": "",
        "order": "5", "author_name": "", "reviewer_name": "", "checked_on": "", "review_by": "",
        "items": inline_formset(rows),
    }  # fmt: skip
    return nested_form_data(values)


def test_the_form_refuses_a_lesson_twice_beside_it_and_roles_hold(site, settings):
    settings.DEMO = True
    path = make_path(site, "D-90", "D-91")
    editor, stranger = Client(), Client()
    editor.force_login(site.author, backend="accounts.backends.StaffPasswordBackend")
    stranger.force_login(StaffFactory(role="marketing"), backend="accounts.backends.StaffPasswordBackend")
    add = reverse(LearningPath.snippet_viewset.get_url_name("add"))
    refused = editor.post(add, _form(lesson_of(path, 0), lesson_of(path, 1), lesson_of(path, 0)))
    print(
        refused.context["form"].formsets["items"].errors,
        refused.context["form"].formsets["items"].non_form_errors(),
        refused.context["form"].errors,
    )
    assert "这一课在这条路径里已经有了" in refused.content.decode()
    assert LearningPath.objects.count() == 1
    answer = editor.post(add, _form(lesson_of(path, 0), lesson_of(path, 1)))
    assert answer.status_code == 302
    assert [item.lesson.code for item in LearningPath.objects.get(slug="new-path").items.all()] == ["D-90", "D-91"]
    assert stranger.get(add).status_code == 302
    assert stranger.get(reverse(LearningPath.snippet_viewset.get_url_name("list"))).status_code == 302


def test_what_the_public_does_not_see_is_told_to_editors(site, settings, client):
    settings.DEMO = True
    path = make_path(site, "D-90", "D-91", "D-92")
    lesson_of(path, 0).unpublish()
    lesson_of(path, 1).delete()
    client.cookies["staff"] = "1"
    page = client.get("/paths/sample-path/").content.decode()
    assert ("D-90的道理" in page, "D-91的道理" in page, "D-92的道理" in page) == (False, False, True)
    assert "1 课 · 约 8 分钟" in page
    editor = Client()
    editor.force_login(site.author, backend="accounts.backends.StaffPasswordBackend")
    for name, args in (("edit", [path.pk]), ("list", [])):
        shown = editor.get(reverse(LearningPath.snippet_viewset.get_url_name(name), args=args)).content.decode()
        assert "“第0课样子”没有公开，读者看不到这一项。" in shown
        assert "“D-91的道理。”这一项的课已经删除" in shown
    lesson_of(path, 2).unpublish()
    assert "正在重新核对" in client.get("/paths/sample-path/").content.decode()
    assert "/paths/sample-path/" not in client.get("/paths/").content.decode()


# --- The pages ---------------------------------------------------------------------------------------------------


def test_the_page_is_one_for_everybody_and_says_why_each_lesson_stands_there(site, client):
    make_path(site, "D-92", slug="after", title="后面的")
    make_path(site, "D-91", "D-90", follow_up="after")
    first, second = signed_in(InvestorFactory()).get("/paths/sample-path/"), client.get("/paths/sample-path/")
    assert (first.headers["X-Page-Cache"], second.headers["X-Page-Cache"]) == ("miss", "hit")
    assert first.content == second.content
    page = first.content.decode()
    assert page.index("D-91的道理。") < page.index("D-90的道理。")
    assert "2 课 · 约 16 分钟" in page
    assert 'href="/paths/after/"' in page
    assert "本路径不推荐任何产品，不构成投资建议。" in page
    assert '"@type": "Course"' in page
    assert "登录后看自己走到哪里" in page


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_as_little_for_many_lessons_as_for_one(site, client, django_assert_num_queries, count):
    make_path(site, *[f"D-9{number}" for number in range(count)])
    client.cookies["staff"] = "1"
    client.get("/paths/")
    for address in ("/paths/", "/paths/sample-path/"):
        with django_assert_num_queries(2):
            assert client.get(address).status_code == 200


def test_a_draft_is_not_public_and_an_empty_list_says_what_to_do(site, client):
    LearningPath.objects.create(slug="draft", title="草稿", audience="谁", promise="什么。")
    assert client.get("/paths/draft/").status_code == 404
    assert client.get("/paths/draft/handbook.pdf").status_code == 404
    assert "第一条路径还在审" in client.get("/paths/").content.decode()


def test_lesson_search_site_map_and_other_pages_lead_there(site, client):
    path = make_path(site, "D-90", "D-91")
    assert "/paths/sample-path/" in client.get("/sitemap.xml").content.decode()
    assert 'href="/paths/"' in client.get("/courses/").content.decode()
    found = client.get("/search/?q=一条路径&format=json").json()["results"]
    assert [hit["url"] for hit in found if hit["type"] == "path"] == ["/paths/sample-path/"]
    for place, words in ((0, ("第 1 课，共 2 课", lesson_of(path, 1).url)), (1, ("这条路径到这里走完了。",))):
        page = client.get(lesson_of(path, place).url).content.decode()
        part = page[page.index("这一课在路径里") :]
        assert all(word in part for word in ("/paths/sample-path/", *words))
    other = site.lesson(code="D-95", slug="other")
    assert "这一课在路径里" not in client.get(other.url).content.decode()


def test_what_comes_next_in_each_path_is_one_query_for_all_lessons(site, django_assert_num_queries):
    first = make_path(site, "D-90", "D-91", "D-92")
    make_path(site, "D-92", "D-91", slug="second", order=2)
    make_path(site, "D-90", slug="third", order=3)
    lesson_of(first, 2).unpublish()
    lessons = [lesson_of(first, place) for place in range(2)]
    with django_assert_num_queries(1):
        steps = [
            (step.path.slug, step.place, step.total, step.following and step.following.lesson.title)
            for step in next_in_paths(lessons[0])
        ]
    assert steps == [("sample-path", 1, 2, "第1课|样子"), ("third", 1, 1, None)]
    with django_assert_num_queries(0):
        steps = [(step.path.slug, step.place, step.following) for step in next_in_paths(lessons[1])]
    assert steps == [("sample-path", 2, None), ("second", 1, None)]


# --- How far somebody is --------------------------------------------------------------------------------------------


def test_progress_counts_what_is_finished_and_says_where_to_go_on(site, django_assert_num_queries):
    path, reader, other = make_path(site, "D-90", "D-91", "D-92"), InvestorFactory(), InvestorFactory()
    path = public_paths().get()
    read(path, 1, reader)
    read(path, 0, reader, finished=False)
    read(path, 2, other)
    with django_assert_num_queries(1):
        found = progress_in(path, reader)
    assert (found.done, found.total, found.go_on.lesson.code, found.opened) == (1, 3, "D-90", True)
    client = signed_in(reader)
    fragment = client.get("/paths/sample-path/progress/", headers={"X-Requested-With": "fetch"})
    assert "no-store" in fragment.headers["Cache-Control"]
    text = " ".join(re.sub(r"<[^>]+>", " ", fragment.content.decode()).split())
    assert text == "读完 1 课，共 3 课 接着读： 第0课样子"
    assert "回到这条路径" in client.get("/paths/sample-path/progress/").content.decode()


def test_a_path_without_public_lessons_was_not_read_to_its_end(site):
    path, reader = make_path(site, "D-90"), InvestorFactory()
    read(public_paths().get(), 0, reader)
    for item in path.items.all():
        item.lesson.unpublish()
    for headers in ({}, {"X-Requested-With": "fetch"}):
        answer = signed_in(reader).get("/paths/sample-path/progress/", headers=headers)
        assert answer.status_code == 200
        assert "都读完了" not in answer.content.decode()
    assert "正在重新核对" in signed_in(reader).get("/paths/sample-path/").content.decode()


def test_a_stranger_gets_no_fragment_and_a_plain_link_leads_to_signing_in(site, client):
    make_path(site, "D-90")
    address = "/paths/sample-path/progress/"
    assert client.get(address, headers={"X-Requested-With": "fetch"}).status_code == 204
    assert client.get(address).headers["Location"].endswith("?next=%2Fpaths%2Fsample-path%2Fprogress%2F")


def test_the_desk_shows_the_paths_begun_unfinished_ones_first(site, django_assert_num_queries):
    make_path(site, "D-90", title="走完的")
    make_path(site, "D-90", "D-91", slug="second", title="走着的")
    make_path(site, "D-92", slug="third", title="没开始的")
    reader = InvestorFactory()
    assert begun_paths(reader) == []
    assert "走着的路径" not in signed_in(reader).get("/me/").content.decode()
    path = LearningPath.objects.get(slug="second")
    read(path, 0, reader)
    with django_assert_num_queries(3):
        assert [(str(row.path), row.done, row.total) for row in begun_paths(reader)] == [
            ("走着的", 1, 2),
            ("走完的", 1, 1),
        ]
    desk = signed_in(reader).get("/me/").content.decode()
    part = desk[desk.index("走着的路径") :]
    assert "读完 1 课，共 2 课" in part
    assert part.index("走着的<") < part.index("走完的<")
    assert "没开始的" not in desk
    read(path, 1, reader, now=NOW + timedelta(hours=1))
    assert {row.go_on for row in begun_paths(reader)} == {None}


# --- The four that are written ----------------------------------------------------------------------------------------


def test_the_four_paths_name_lessons_drills_and_tools_that_there_are():
    paths = {name: read_content(f"paths/{name}.toml") for name in FILES}
    assert sorted(row["title"] for row in paths.values()) == ["定投同学", "新手第一课", "维权指南", "长辈防骗"]
    lessons = {read_content(f"lessons/{path.name}")["code"] for path in (CONTENT / "lessons").glob("*.toml")}
    drills = {path.stem for path in (CONTENT / "drills").glob("*.toml")}
    tools = dict(PathItem._meta.get_field("tool").flatchoices)
    for data in paths.values():
        items = data["items"]
        assert 5 <= len(items) <= 8
        assert len({item["lesson"] for item in items}) == len(items)
        assert {item["lesson"] for item in items} <= lessons
        assert {item["drill"] for item in items if "drill" in item} <= drills
        assert {item["tool"] for item in items if "tool" in item} <= set(tools)
        assert data.get("follow_up", "elders") in paths
        assert all(len(item["reason"]) <= 40 and item["reason"].endswith("。") for item in items)
