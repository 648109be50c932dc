"""The handbook of a path: all its words, right page numbers, built once for a state of its contents."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from core import limits, pdf_fonts
from courses.actions.handbooks import BUILD_CLAIM, handbook_of
from courses.blocks import LessonBody
from courses.errors import HandbookBusyError
from courses.models import Handbook
from courses.paths import handbook_views
from courses.paths.handbook import manuscript_of, write_handbook
from courses.paths.handbook_blocks import _WRITERS
from courses.paths.queries import public_paths
from tests.courses.test_paths import lesson_of, make_path
from tests.factories.courses import NOW
from tests.pdf_text import flat, fonts_of, pages_of, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(course_site, settings):
    """Two lessons of the demo, one with a bar chart and one with lines, as the public query gives them."""
    settings.PRIVATE_MEDIA_ROOT.mkdir(exist_ok=True)
    for name in ("r-03", "a-02"):
        course_site.demo_lesson(name)
    course_site.start_facts(["hotline_96110"])
    make_path(course_site, "R-03", "A-02", title="长辈|防骗")
    return public_paths().select_related("follow_up").get()


@pytest.fixture
def small(course_site):
    course_site.lesson(code="D-90", slug="lesson-0")
    course_site.start_facts(["hotline_96110"])
    make_path(course_site, "D-90")
    return public_paths().select_related("follow_up").get()


def test_it_holds_every_part_of_its_lessons_and_the_contents_are_right(path):
    built = write_handbook(manuscript_of(path))
    pages, reader = pages_of(built.content), read(built.content)
    text = flat(pages)
    assert len(pages) == built.pages == len(reader.pages)
    for words in (
        "本手册不推荐任何产品。", "R-03的道理。", "先猜一猜", "猜好了再往下看", "这一课算出来：460元", "误区：", "正解：",
        "只记一句到账的是诱饵，核实要走自己的路。", "如果", "我就", "第一次多给的1,060−1,000", "程工实际少了，60,000−46059,540",
        "没有算进去的：", "出处", "骗到的200,000元", "唐叔", "96110",
        "检查一下这一点", "对的是：",
    ):  # fmt: skip
        assert words in text, words
    assert "{fact" not in text
    assert not re.search("〔[A-Z]", text)
    # What the contents say, what the outline says, and where the chapters are, agree.
    chapters = [number for number, page in enumerate(pages, start=1) if "为什么在这里：" in page]
    listed = [int(line.split()[-1]) for line in pages[1].splitlines() if line.startswith("第") and line[-1].isdigit()]
    outline = [entry for entry in reader.outline if not isinstance(entry, list)]
    assert [reader.get_destination_page_number(entry) + 1 for entry in outline] == [*chapters, len(pages)]
    assert (listed or [int(line) for line in pages[1].splitlines() if line.isdigit()][:2]) == chapters
    inner = [note.get_object() for note in reader.pages[1]["/Annots"]]
    targets = [reader.get_page_number(note["/Dest"][0].get_object()) + 1 for note in inner if "/Dest" in note]
    assert targets == [*chapters, len(pages)]
    addresses = {
        note.get_object()["/A"]["/URI"]
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object()
    }
    assert all(address.startswith(("https://", "http://", "tel:", "mailto:")) for address in addresses)
    assert any(address.endswith("/paths/sample-path/") for address in addresses)
    assert all("/FontFile3" in descriptor for descriptor in fonts_of(reader).values())


def test_each_kind_of_block_has_its_way_onto_paper():
    written_by_themselves = {"section", "misconception"}
    assert set(LessonBody().child_blocks) - written_by_themselves == set(_WRITERS)


def test_the_key_changes_with_what_is_published_and_with_nothing_else(small, course_site):
    key = manuscript_of(small).key
    again = public_paths().select_related("follow_up").get()
    assert manuscript_of(again).key == key
    assert manuscript_of(small, large=True).key != key
    page = lesson_of(small, 0)
    page.subtitle = "只是草稿"
    page.save_revision(user=course_site.author)
    assert manuscript_of(again).key == key
    course_site.lesson(code="D-90", slug="lesson-0", subtitle="公开了")
    assert manuscript_of(public_paths().select_related("follow_up").get()).key != key


def test_it_is_built_once_and_an_older_one_goes(small, course_site, django_capture_on_commit_callbacks):
    first = handbook_of(path=small, now=NOW)
    assert handbook_of(path=small, now=NOW + timedelta(days=1)) == first
    large = handbook_of(path=small, large=True, now=NOW)
    course_site.lesson(code="D-90", slug="lesson-0", subtitle="改过了")
    changed = public_paths().select_related("follow_up").get()
    with django_capture_on_commit_callbacks(execute=True):
        second = handbook_of(path=changed, now=NOW)
    assert set(Handbook.objects.all()) == {large, second}
    storage = first.file.storage
    assert [storage.exists(row.file.name) for row in (first, large, second)] == [False, True, True]
    # A folder that somebody emptied is filled again.
    storage.delete(second.file.name)
    assert storage.exists(handbook_of(path=changed, now=NOW).file.name)


def test_while_one_builds_others_are_told_to_wait_and_a_killed_build_ends_by_itself(small, client):
    limits.hit(key=BUILD_CLAIM, limit=1, window=timedelta(minutes=2), now=NOW)
    with pytest.raises(HandbookBusyError):
        handbook_of(path=small, now=NOW + timedelta(minutes=1))
    assert handbook_of(path=small, now=NOW + timedelta(minutes=3)).pages > 2


def test_the_download_is_a_file_and_a_busy_one_a_page_that_asks_again(small, client):
    limits.hit(key=BUILD_CLAIM, limit=1, window=timedelta(minutes=2), now=timezone.now())
    busy = client.get("/paths/sample-path/handbook.pdf")
    assert (busy.status_code, busy.headers["Retry-After"], busy.headers["Refresh"]) == (503, "5", "5")
    assert "手册正在装订" in busy.content.decode()
    limits.clear(key=BUILD_CLAIM)
    answer = client.get("/paths/sample-path/handbook.pdf")
    assert (answer.status_code, answer.streaming, answer.headers["Content-Type"]) == (200, True, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "给试读的人" in flat(pages_of(b"".join(answer.streaming_content)))
    large = client.get("/paths/sample-path/handbook-large.pdf")
    assert "大字手册" in flat(pages_of(b"".join(large.streaming_content)))


def test_downloads_are_limited(small, client, monkeypatch):
    monkeypatch.setattr(handbook_views, "DOWNLOADS", limits.Limit(count=1, window=timedelta(hours=1)))
    assert b"".join(client.get("/paths/sample-path/handbook.pdf").streaming_content)
    answer = client.get("/paths/sample-path/handbook.pdf")
    assert answer.status_code == 429
    assert "操作太频繁了" in answer.content.decode()


def test_without_a_font_the_download_is_hidden_and_the_page_says_why(small, client, monkeypatch):
    assert "/paths/sample-path/handbook.pdf" in client.get("/paths/sample-path/").content.decode()
    monkeypatch.setattr(pdf_fonts, "USUAL_DIRS", ())
    client.cookies["staff"] = "1"
    page = client.get("/paths/sample-path/").content.decode()
    assert ("handbook" in page, "没有装中文字体" in page) == (False, True)
    assert client.get("/paths/sample-path/handbook.pdf").status_code == 404
