"""Every mail as Chromium draws it: fits a phone, readable in light and dark, and asks nothing of any host."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from messaging.rendering import preview, render
from messaging.templates import get_template, registered_templates
from tests.factories.newsletters import make_campaign, make_marketer

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TOKENS = {
    "light": {"paper": "#FAF7F1", "ink": "#1E2430", "soft": "#525A68", "link": "#1F4E6B"},
    "dark": {"paper": "#14171C", "ink": "#E8E4DA", "soft": "#A9ADB5", "link": "#8FC1DE"},
}
# Every text with the colour it stands in and the ground behind it, and the borders of what can be pressed.
MEASURE = """() => {
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if (colour !== "rgba(0, 0, 0, 0)") return colour
    }
    return "rgb(255, 255, 255)"
  }
  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    if (!node.data.trim() || !parent.getClientRects().length) continue
    texts.push([getComputedStyle(parent).color, ground(parent), node.data.trim().slice(0, 20)])
  }
  const edges = [...document.querySelectorAll(".pair a")].map((a) => [getComputedStyle(a).borderTopColor, ground(a)])
  return {
    texts, edges,
    wide: document.documentElement.scrollWidth,
    paper: ground(document.querySelector(".ground")),
    heading: getComputedStyle(document.querySelector("h1")).color,
    foot: getComputedStyle(document.querySelector(".foot p")).color,
    links: [...document.querySelectorAll(".text a")].map((a) => getComputedStyle(a).color),
  }
}"""


@pytest.fixture
def mails(now):
    """Every template's preview, and a letter with each kind of part."""
    pages = {
        template.key: preview(template, channel="email").html
        for template in registered_templates()
        if template.text or template.html_template
    }
    campaign = make_campaign(author=make_marketer(), now=now)
    pages["letter"] = render(get_template("newsletters.campaign_test"), {"campaign": campaign.pk}, channel="email").html
    pages["long"] = render(
        get_template("messaging.django_mail"),
        {"mail_subject": "长" * 30, "mail_text": f"https://example.com/{'x' * 200} {'y' * 200}", "mail_html": ""},
        channel="email",
    ).html
    return pages


def _rgb(colour):
    if colour.startswith("#"):
        return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return tuple(int(float(part)) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])


def _contrast(first, second):
    def luminance(colour):
        parts = [value / 255 for value in _rgb(colour)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _drawn(pages, *, scheme, width):
    """Return what was measured of each page, and every address that was asked for."""
    executable = shutil.which("chromium") or "/usr/bin/chromium"
    asked, measured = [], {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.on("request", lambda request: asked.append(request.url))
        for name, html in pages.items():
            page.set_content(html)
            measured[name] = page.evaluate(MEASURE)
        browser.close()
    return measured, asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 640])
def test_every_mail_fits_and_can_be_read(width, scheme, mails):
    measured, asked = _drawn(mails, scheme=scheme, width=width)
    tokens = TOKENS[scheme]
    assert asked == []
    assert {name: found["wide"] for name, found in measured.items()} == dict.fromkeys(mails, width)
    for found in measured.values():
        assert [_rgb(found[part]) for part in ("paper", "heading", "foot")] == [
            _rgb(tokens[part]) for part in ("paper", "ink", "soft")
        ]
        assert {_rgb(colour) for colour in found["links"]} <= {_rgb(tokens["link"])}
        assert [text for colour, ground, text in found["texts"] if _contrast(colour, ground) < 4.5] == []
        assert [edge for edge, ground in found["edges"] if _contrast(edge, ground) < 3] == []
    assert measured["letter"]["edges"]
