"""The guides in the admin: what is shown, what the Markdown may hold, and that nothing leads out of their folder."""

import re

import pytest
from PIL import Image

from edu_site import guides
from edu_site.guides import guide_html
from tests.factories.accounts import StaffFactory

FOLDER = guides._folder()


@pytest.fixture
def staff(client, db, monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)
    client.force_login(StaffFactory(role="editor"), backend="accounts.backends.StaffPasswordBackend")
    return client


def test_the_editors_guide_comes_first_with_the_way_to_the_others(staff):
    html = staff.get("/cms/guide/").content.decode()
    assert [guide.name for guide in guides.guides()][:2] == ["editor", "reviewer"]
    assert html.count("<h1") == 1
    assert 'src="/cms/guide/img/editor-desk.png"' in html
    assert re.findall(r'href="/cms/guide/([a-z]+)/"', html)[:2] == ["editor", "reviewer"]
    picture = staff.get("/cms/guide/img/editor-desk.png")
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    assert picture.getvalue()[:4] == b"\x89PNG"
    for address in ("/cms/guide/nothing/", "/cms/guide/img/nothing.png", "/cms/guide/img/..%2F..%2Feditor.png"):
        assert staff.get(address, follow=True).status_code == 404


def test_a_visitor_is_sent_to_sign_in(client, db):
    assert client.get("/cms/guide/").status_code == 302
    assert client.get("/cms/guide/img/editor-desk.png").status_code == 302


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.md")))
def test_every_picture_and_every_guide_that_a_guide_names_is_there(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (FOLDER / target).is_file(), target


def test_every_picture_is_used_and_small_and_has_a_description():
    texts = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md"))
    for path in (FOLDER / "img").iterdir():
        assert re.search(rf"!\[[^\]]{{6,}}\]\(img/{re.escape(path.name)}\)", texts), path.name
        assert path.stat().st_size <= 150_000
        assert Image.open(path).size[0] <= 1280


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("![a](https://evil.example/x.png)", '<p><img alt="a"></p>\n'),
        ("![a](//evil.example/x.png)", '<p><img alt="a"></p>\n'),
        ("![甲](img/editor-desk.png)", '<p><img src="/cms/guide/img/editor-desk.png" alt="甲"></p>\n'),
        ("[乙](reviewer.md)", '<p><a href="/cms/guide/reviewer/">乙</a></p>\n'),
        ("**丙**", "<p><strong>丙</strong></p>\n"),
    ],
)
def test_markdown_becomes_safe_html(text, html):
    assert guide_html(text) == html
