"""Glossary, feeds, site map, robots, search."""

import pytest
from django.test import Client

from core.errors import PublicationRefusedError
from courses.enums import Column
from courses.models import GlossaryTerm
from courses.pages import ColumnPage, CoursePage
from tests.factories.accounts import StaffFactory
from tests.factories.courses import CourseSite

pytestmark = pytest.mark.django_db


def test_a_term_goes_through_the_gate(course_site):
    term = course_site.term()
    assert (term.live, term.alias_list, term.letter) == (True, ["净值"], "J")
    with pytest.raises(PublicationRefusedError):
        GlossaryTerm(term="新词", slug="new", pinyin="xin ci", plain="说明。", live=True).save()
    term.plain = "偷偷改掉。"
    with pytest.raises(PublicationRefusedError):
        term.save()
    assert GlossaryTerm.objects.get().plain == "一份基金当天值多少钱。"


def test_terms_are_listed_by_letter_and_drafts_are_not(course_site, client):
    course_site.term()
    course_site.term(slug="fee", term="申购费", pinyin="shen gou fei")
    GlossaryTerm.objects.create(term="草稿词", slug="draft", pinyin="cao gao", plain="未审。")
    everything = client.get("/glossary/").content.decode()
    assert everything.index("基金份额净值") < everything.index("申购费")
    assert "草稿词" not in everything
    one = client.get("/glossary/?letter=S").content.decode()
    assert ("申购费" in one, "基金份额净值" in one) == (True, False)
    assert client.get("/glossary/?letter=C").status_code == 404
    assert client.get("/glossary/draft/").status_code == 404


def test_a_term_links_only_public_lessons(course_site, client):
    course_site.lesson()
    course_site.draft(code="D-91", slug="draft-lesson")
    course_site.term(lessons=["D-90", "D-91"])
    page = client.get("/glossary/nav-per-unit/").content.decode()
    assert "/courses/decision/beginner/sample-lesson/" in page
    assert "draft-lesson" not in page


def test_feed_and_site_map_name_what_is_public(course_site, client):
    course_site.lesson()
    course_site.draft(code="D-91", slug="draft-lesson", title="草稿课")
    course_site.term()
    feed, sitemap = client.get("/feeds/lessons.xml"), client.get("/sitemap.xml")
    for body in (feed.content.decode(), sitemap.content.decode()):
        assert "/courses/decision/beginner/sample-lesson/" in body
        assert "draft-lesson" not in body
    assert feed.content.decode().count("<item>") == 1
    assert "/glossary/nav-per-unit/" in sitemap.content.decode()
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /me/" in robots
    assert "/sitemap.xml" in robots


def test_search_finds_lessons_articles_and_terms(course_site, client):
    course_site.lesson(title="申购费怎么算")
    course_site.article(title="申购费的新规")
    course_site.term(slug="fee", term="申购费", pinyin="shen gou fei")
    found = client.get("/search/?q=申购费&format=json").json()
    assert {hit["type"] for hit in found["results"]} == {"lesson", "article", "term"}


def test_the_real_tree_is_published_by_two_people():
    site = CourseSite(reviewed=True)
    assert CoursePage.objects.live().count() == 9
    assert ColumnPage.objects.live().count() == len(Column)
    assert site.lesson().live


def test_a_page_number_of_thousands_of_digits_is_not_found(client):
    assert client.get("/glossary/", {"page": "1" * 5000}).status_code == 404


def test_staff_find_a_term_by_a_piece_of_its_name_or_aliases(course_site, settings):
    settings.DEMO = True
    course_site.term(slug="rebalancing", term="再平衡", aliases=["调回原来的比例"], pinyin="zai ping heng")
    editor = Client()
    editor.force_login(StaffFactory(role="editor"), backend="accounts.backends.StaffPasswordBackend")
    for typed, expected in (("平衡", True), ("原来的比例", True), ("申购", False)):
        page = editor.get("/cms/snippets/courses/glossaryterm/", {"q": typed}).content.decode()
        assert (typed, "zai ping heng" in page) == (typed, expected)
