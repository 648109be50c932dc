"""Writing in the editor as people do it: a Word file without script, a paste from Word, a tab that is closed too soon."""

import re
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD
from tests.factories.word import paragraph, picture, png, run, word_file

pytestmark = pytest.mark.browser
FIXTURES = Path(__file__).parent.parent / "fixtures" / "paste"
_PASTE = """(target, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "only for editors without HTML");
  target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def _staff(phone, who, **options):
    page = phone(width=1280, **options)
    page.goto("/cms/")
    page.get_by_label(re.compile("邮箱")).fill(f"{who}@example.com")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state("networkidle")
    return page


def _import(page: Page, name: str, data: bytes) -> None:
    """Choose a file in the form that imports a draft into the column of articles."""
    page.goto(_column_of_articles(page))
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})
    page.get_by_role("button", name="导入成草稿").click()
    page.wait_for_load_state("networkidle")


def _column_of_articles(page: Page) -> str:
    found = page.request.get("/cms/api/main/pages/?slug=columns&type=courses.ColumnPage&fields=id")
    return f"/cms/courses/import/{found.json()['items'][0]['id']}/"


def _stored(page: Page) -> str:
    """Return the HTML of the running text in the draft as it is stored."""
    page.goto(page.url.split("?")[0].replace("/edit/", "/view_draft/"))
    html = re.sub(r' data-block-key="\w+"', "", page.locator("main").inner_html())
    # Terms lead to the glossary when a page is shown; they are not in what is stored.
    return re.sub(r'<a class="term-link"[^>]*>(.*?)</a>', r"\1", html)


def _draft(page: Page, title: str) -> str:
    _import(page, "a.md", f"# {title}\n\n甲\n".encode())
    expect(page).to_have_url(re.compile(r"/cms/pages/\d+/edit/"))
    return page.url


def _paste(page: Page, name: str) -> None:
    editor = page.locator("[data-contentpath=body] [contenteditable=true]").first
    editor.click()
    page.keyboard.press("Control+End")
    editor.evaluate(_PASTE, (FIXTURES / f"{name}.html").read_text(encoding="utf-8"))
    # The editor hands its text to the form a moment after the last change.
    page.wait_for_timeout(800)


def _save(page: Page) -> None:
    page.get_by_role("button", name=re.compile("保存草稿")).first.click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (
            "word",
            [
                "先看<b>费用</b>，再看收益。",
                "<ul><li>申购费<ul><li>一次收</li></ul></li><li>管理费</li></ul>",
                "<ol><li>先停</li><li>再问</li></ol>",
                'href="https://example.com/rules"',
            ],
        ),
        ("wps", ["<b>第一步</b>：停下来。", "<ol><li>看清是谁</li><li>打官方电话</li></ol>"]),
        ("wechat", ["<b>别急着转账</b>", "<i>越要停</i>", "<ul><li>截图</li><li>报警</li></ul>"]),
    ],
)
def test_a_paste_keeps_its_structure_and_drops_its_styling(phone, name, kept):
    page = _staff(phone, "editor")
    _draft(page, f"粘贴{uuid.uuid4().int % 10**6}")
    _paste(page, name)
    _save(page)
    stored = _stored(page)
    for words in kept:
        assert words in stored, stored
    for trace in ("mso-", "MsoNormal", "<o:p", "mmbiz", "font-family", "<section style"):
        assert trace not in stored


def test_what_was_typed_outlives_a_closed_tab(phone):
    page = _staff(phone, "editor")
    address = _draft(page, f"自动保存{uuid.uuid4().int % 10**6}")
    words = f"没按过保存{uuid.uuid4().hex[:8]}"
    # The form takes note of what it holds a moment after it has loaded; nobody types sooner.
    page.wait_for_timeout(3_000)
    with page.expect_response(
        lambda response: response.request.method == "POST" and response.url.split("?")[0] == address, timeout=30_000
    ) as saved:
        page.locator("[data-contentpath=body] [contenteditable=true]").first.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(words)
    assert saved.value.json()["success"] is True
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(address)
    expect(again.locator("[data-contentpath=body]")).to_contain_text(words)


def test_looking_without_typing_saves_nothing(phone):
    page = _staff(phone, "editor")
    address = _draft(page, f"只看{uuid.uuid4().int % 10**6}")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.reload()
    page.locator("[data-contentpath=body] [contenteditable=true]").first.click()
    page.wait_for_timeout(6_000)
    assert [url for url in sent if url.split("?")[0] == address] == []


def test_a_word_file_becomes_a_draft_without_script(phone):
    body = (
        paragraph(run("从文档来"), style="a3")
        + paragraph(run("看这张图。"), picture("rId-a.png"))
        + paragraph(run("第一点"), level=0)
    )
    page = _staff(phone, "editor", javascript=False)
    _import(page, "a.docx", word_file(body, media={"a.png": png()}))
    expect(page.locator("main")).to_contain_text("在“看这张图。”后面")
    page.get_by_role("button", name="导入成草稿").click()
    expect(page.locator("main")).to_contain_text("请写这张图里有什么")
    page.get_by_label(re.compile("第 1 张图的替代文字")).fill("一个蓝色方块")
    page.get_by_role("button", name="导入成草稿").click()
    expect(page).to_have_url(re.compile(r"/cms/pages/\d+/edit/"))
    stored = _stored(page)
    assert 'alt="一个蓝色方块"' in stored
    assert "<li>第一点</li>" in stored
