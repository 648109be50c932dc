"""What a browser has to complain about on a page in every mode: axe, sideways scroll, the console, another host.

A page is loaded once on a phone; widths, colours and print sizes are then changed in place, as the style sheet sees them.
"""

import os
import re
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

if TYPE_CHECKING:
    from tests.browser.conftest import Site

PHONE, DESK, HEIGHT = 390, 1280, 844
NARROWEST = 360
_AXE = Axe().axe_script


@dataclass(frozen=True)
class Mode:
    """How a reader sees a page."""

    width: int = PHONE
    scheme: Literal["light", "dark"] = "light"
    size: Literal["", "l", "xl"] = ""
    contrast: Literal["no-preference", "more"] = "no-preference"

    def put(self, page: Page) -> None:
        """Show ``page`` in this mode."""
        page.set_viewport_size({"width": self.width, "height": HEIGHT})
        page.emulate_media(color_scheme=self.scheme, contrast=self.contrast)
        page.evaluate(
            "size => { if (size) { document.documentElement.dataset.size = size; }"
            " else { delete document.documentElement.dataset.size; } }",
            self.size,
        )


# Every page and state: each width, scheme and print size, and the two schemes in both widths.
MODES = (
    Mode(),
    Mode(DESK, "dark"),
    Mode(PHONE, "dark", "l"),
    Mode(DESK, "light", "xl"),
)
# One of each kind of page: the rest too.
ALL_MODES = (
    *(Mode(*mode) for mode in product((PHONE, DESK), ("light", "dark"), ("", "l", "xl"))),  # type: ignore[arg-type]
    Mode(PHONE, "light", contrast="more"),
    Mode(DESK, "dark", contrast="more"),
)

# The short form of the suite looks at every page in both widths and schemes, and at the samples in large print too.
LONG = os.environ.get("TEST_LONG") == "1"
USUAL, SAMPLE = (MODES, ALL_MODES) if LONG else (MODES[:2], MODES)


@dataclass
class Findings:
    """What the browser had to complain about, page by page."""

    faults: list[str] = field(default_factory=list)

    def look(self, page: Page, state: str, *, sampled: bool = False) -> None:
        """Check the page as it stands in the modes that are usual; in more of them where ``sampled``."""
        for mode in SAMPLE if sampled else USUAL:
            mode.put(page)
            # Most of the time goes into contrast. Large print changes no colours: a sample of it shows what only it shows.
            self._axe(page, f"{state} {mode}", contrast=sampled or not mode.size)
            self._sideways(page, f"{state} {mode}")
        for mode in (Mode(NARROWEST), Mode(NARROWEST, size="xl")):
            mode.put(page)
            self._sideways(page, f"{state} {mode}")
        Mode().put(page)

    def look_at_words(self, page: Page, state: str) -> None:
        """Check the page as it stands for what other words may break: everything but colours."""
        self._axe(page, state, contrast=False)
        for mode in (Mode(NARROWEST), Mode(NARROWEST, size="xl"), Mode(DESK), Mode()):
            mode.put(page)
            self._sideways(page, f"{state} {mode}")

    def listen(self, page: Page, own: str) -> None:
        """Write down console errors and requests that leave the site."""
        page.on("console", lambda message: self._console(page, message))
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: script failed: {error}"))
        page.context.on("request", lambda request: self._request(page, request.url, own))

    def _axe(self, page: Page, state: str, *, contrast: bool) -> None:
        options = {
            "resultTypes": ["violations"],
            "preload": False,
            "rules": {"color-contrast": {"enabled": contrast}},
        }
        if not page.evaluate("'axe' in window"):
            page.evaluate(_AXE)
        for violation in page.evaluate("options => axe.run(options)", options)["violations"]:
            places = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
            self.faults.append(f"{state}: axe {violation['id']}: {places}")

    def _sideways(self, page: Page, state: str) -> None:
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            self.faults.append(f"{state}: {beyond} px to scroll sideways")

    def _console(self, page: Page, message: ConsoleMessage) -> None:
        # A refusal (404, 403) is itself written on the console by the browser.
        own_status = message.text.startswith("Failed to load resource") and message.location["url"] == page.url
        if message.type == "error" and not own_status:
            self.faults.append(f"{page.url}: console: {message.text}")

    def _request(self, page: Page, url: str, own: str) -> None:
        if not url.startswith((own + "/", "data:", "blob:", "about:")):
            self.faults.append(f"{page.url}: asked {url}")


@dataclass
class Visit:
    """One reader with a phone and what the checks found on it."""

    page: Page
    findings: Findings
    site: "Site"

    def look(self, state: str, *, sampled: bool = False) -> None:
        """Check the page as it stands."""
        self.findings.look(self.page, state, sampled=sampled)

    def look_in_english(self, *addresses: str) -> None:
        """Open each of ``addresses`` in English and check it there; in the short form the first one."""
        cookie: Any = {"name": "lang", "value": "en", "url": self.site.url}
        self.page.context.add_cookies([cookie])
        for address in addresses if LONG else addresses[:1]:
            self.page.goto(address)
            self.findings.look_at_words(self.page, f"{address} in English")
        self.page.context.clear_cookies(name="lang")

    def press(self, name: str) -> None:
        """Press the first visible button or link in the text with these words."""
        words = re.compile(name)
        main = self.page.locator("main")
        found = main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words))
        with self.page.expect_navigation(wait_until="load"):
            found.locator("visible=true").first.click()


def sign_in_as(page: Page, address: str, password: str) -> None:
    """Sign in with the password of the demo."""
    page.goto("/accounts/password/?next=/me/")
    page.get_by_label("手机号或邮箱").fill(address)
    page.get_by_label("密码").fill(password)
    page.locator("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/me/")
