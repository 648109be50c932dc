"""Takes the pictures of docs/guide from a running demo, in Chromium, as people see it.

    make run                          in one window
    make screenshots                  in another; SITE_URL and DEMO_PASSWORD where they differ

One term is submitted for review on the way, so use a demo that may be thrown away.
"""

import io
import os
import re
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

SITE = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
PASSWORD = os.environ.get("DEMO_PASSWORD", "touzizhe-2026")
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "guide" / "img"
LARGEST = 150_000
COLOURS = 128
TERM = "再平衡"


def _settle(page: Page, milliseconds: int = 1200) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(milliseconds)


def _staff(browser: Browser, who: str) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN", color_scheme="light")
    page = context.new_page()
    page.goto(f"{SITE}/cms/")
    page.get_by_label(re.compile("邮箱")).fill(f"{who}@example.com")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    _settle(page)
    return page


def _keep(page: Page, name: str) -> None:
    """Store what the window shows with few colours; raise ``ValueError`` when it is still too large."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS)
    path = FOLDER / f"{name}.png"
    picture.save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{name}.png has {size} bytes, at most {LARGEST}")
    sys.stdout.write(f"{path.name} {size}\n")


def _open_term(page: Page) -> None:
    page.goto(f"{SITE}/cms/snippets/courses/glossaryterm/")
    page.get_by_role("link", name=TERM).first.click()
    _settle(page)


def _open_lesson(page: Page) -> None:
    found = page.request.get(f"{SITE}/cms/api/main/pages/?type=courses.LessonPage&slug=fund-summary").json()
    page.goto(f"{SITE}/cms/pages/{found['items'][0]['id']}/edit/")
    _settle(page, 3000)


def _editor(browser: Browser) -> None:
    page = _staff(browser, "editor")
    _keep(page, "editor-desk")
    _open_lesson(page)
    page.get_by_role("button", name=re.compile("写作清单")).click()
    _settle(page)
    _keep(page, "editor-checklist")
    page.get_by_role("complementary", name="写作清单").get_by_role("button", name="收起").click()
    page.get_by_role("button", name=re.compile("预览")).first.click()
    _settle(page, 3000)
    page.get_by_label("预览模式").select_option(label="深色")
    _settle(page, 3000)
    _keep(page, "editor-preview")
    # The panel stays open from page to page, in front of the buttons below.
    page.get_by_role("button", name=re.compile("预览")).first.click()
    _settle(page)
    _open_term(page)
    example = page.get_by_role("textbox", name="例子")
    before = example.input_value()
    example.fill(f"{before}\n本产品保证收益。")
    _settle(page, 2500)
    page.get_by_role("button", name=re.compile("合规检查")).click()
    _settle(page)
    _keep(page, "editor-finding")
    page.get_by_role("complementary", name="合规检查").get_by_role("button", name="收起").click()
    example.fill(f"{before}\n多出来的部分卖掉，换成少了的那一类。")
    page.get_by_role("button", name="更多动作").locator("visible=true").first.click()
    page.get_by_role("button", name=re.compile("提交")).locator("visible=true").first.click()
    _settle(page)


def _reviewer(browser: Browser) -> None:
    page = _staff(browser, "reviewer")
    _keep(page, "reviewer-desk")
    page.get_by_role("row").filter(has_text=TERM).get_by_role("link", name="审核这一版").click()
    _settle(page)
    _keep(page, "reviewer-review")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        _editor(browser)
        _reviewer(browser)
        browser.close()


if __name__ == "__main__":
    main()
