"""Markdown becomes blocks, and a file becomes a draft that nobody sees until it went through the review."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from courses.actions.draft_importing import LARGEST, import_markdown
from courses.errors import ContentInvalidError
from courses.markdown import read_markdown
from courses.pages import ArticlePage, ColumnPage, CoursePage, LessonPage
from tests.factories.accounts import StaffFactory

TEXT = """# 先停一停

开头**要紧**，见[官网](https://example.com/)。

## 第一节

- 甲
- 乙

| 项目 | 费用 |
|---|---|
| 申购 | **一次** |
"""


def blocks(text):
    return [(block["type"], block["value"]) for block in read_markdown(text).blocks]


def test_structure_is_kept():
    read = read_markdown(TEXT)
    assert read.title == "先停一停"
    assert [(block["type"], block["value"]) for block in read.blocks] == [
        ("text", '<p>开头<strong>要紧</strong>，见<a href="https://example.com/">官网</a>。</p>'),
        ("section", {"title": "第一节", "short": ""}),
        ("text", "<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>"),
        (
            "table",
            {
                "table": {
                    "columns": [{"type": "text", "heading": "项目"}, {"type": "text", "heading": "费用"}],
                    "rows": [{"values": ["申购", "一次"]}],
                    "caption": "第一节",
                },
                "note": "",
            },
        ),
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("甲<script>alert(1)</script>乙", "<p>甲乙</p>"),
        ('<p class="MsoNormal" style="color:red">甲</p>', "<p>甲</p>"),
        ("[甲](javascript:alert(1))", "<p>[甲](javascript:alert(1))</p>"),
        ("甲\u200b乙\ufeff", "<p>甲乙</p>"),
        ("- 甲\n\n- 乙\n\n  丙", "<ul>\n<li>甲</li>\n<li>乙<br/>\n丙</li>\n</ul>"),
        ("甲  \n乙", "<p>甲<br/>\n乙</p>"),
        ("费率{fact:fee}。", '<p>费率<embed embedtype="fact" key="fee"/>。</p>'),
        ("> 原话", "\n<p>原话</p>\n".strip()),
    ],
)
def test_only_what_running_text_may_hold_stays(text, html):
    assert blocks(text) == [("text", html)]


def test_a_picture_leaves_its_description_and_its_address_is_told():
    read = read_markdown("看![费用图](https://track.example/a.png)这里")
    assert [block["value"] for block in read.blocks] == ["<p>看费用图这里</p>"]
    assert read.pictures == ["https://track.example/a.png"]


def test_a_heading_too_long_for_a_section_stays_in_bold():
    assert blocks("## " + "长" * 61) == [("text", f"<p><strong>{'长' * 61}</strong></p>")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "没有文字"),
        (b"x" * (LARGEST + 1), "超过 1 MB"),
        ("中文".encode("gb18030"), "UTF-8"),
        (b"PK\x03\x04\x00\x00", "UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_and_nothing_is_made(course_site, data, words):
    parent = CoursePage.objects.first()
    with pytest.raises(ContentInvalidError, match=words):
        import_markdown(parent=parent, data=data, user=course_site.author, now=timezone.now())
    assert LessonPage.objects.count() == 0


def test_a_file_becomes_a_draft_that_opens_in_the_editor(client, course_site, monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)
    client.force_login(course_site.author, backend="accounts.backends.StaffPasswordBackend")
    for parent, model in ((CoursePage.objects.first(), LessonPage), (ColumnPage.objects.first(), ArticlePage)):
        address = f"/cms/courses/import/{parent.pk}/"
        assert address in client.get(f"/cms/pages/{parent.pk}/").content.decode()
        response = client.post(address, {"file": SimpleUploadedFile("a.md", (TEXT + "\n甲  \n乙\n").encode())})
        page = model.objects.get()
        assert response.headers["Location"] == f"/cms/pages/{page.pk}/edit/"
        assert (page.title, page.live, page.first_published_at, page.owner) == (
            "先停一停",
            False,
            None,
            course_site.author,
        )
        assert page.current_workflow_state is None
        assert [block.block_type for block in page.get_latest_revision_as_object().body] == [
            "text", "section", "text", "table", "text",
        ]  # fmt: skip
        assert client.get(response.headers["Location"]).status_code == 200


def test_who_may_not_add_pages_imports_none(client, course_site, monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)
    client.force_login(StaffFactory(role="service"), backend="accounts.backends.StaffPasswordBackend")
    parent = CoursePage.objects.first()
    answer = client.post(f"/cms/courses/import/{parent.pk}/", {"file": SimpleUploadedFile("a.md", TEXT.encode())})
    assert answer.status_code in {302, 403}
    assert LessonPage.objects.count() == 0
