"""The pages of plain information, as readers get them."""

import re

import pytest

from core.models import PublishedVersion
from events.shortcodes import ALPHABET, LENGTH, normalise_code
from messaging.sms import OPT_OUT_WORDS
from tests.factories.edu_site import CONTENT, info_data, make_home, make_info

pytestmark = pytest.mark.django_db


def test_every_page_of_the_content_opens_at_its_address(client):
    make_home()
    names = sorted(
        (path.stem for path in (CONTENT / "pages").glob("*.toml")), key=lambda name: info_data(name)["path"].count("/")
    )
    for name in names:
        make_info(name)

    answers = {info_data(name)["path"]: client.get(info_data(name)["path"]).status_code for name in names}

    assert answers == dict.fromkeys(
        [
            "/about/",
            "/about/messages/",
            "/accessibility/",
            "/help/",
            "/help/complaints/",
            "/help/now/",
            "/privacy/",
            "/rights/",
        ],
        200,
    )


def test_contents_list_leads_to_each_heading(client):
    make_info("rights")

    page = client.get("/rights/").content.decode()

    assert [f'href="#s{number}"' in page and f'id="s{number}"' in page for number in range(2, 6)] == [True] * 4


def test_table_cells_carry_their_heading_for_narrow_screens(client):
    make_info("about")

    page = client.get("/about/").content.decode()

    assert '<td data-label="为什么用不着">' in page
    assert '<th scope="row">身份证号、人脸</th>' in page


def test_steps_and_telephone_come_first_on_help_now(client):
    make_info("help")
    make_info("help-now")

    page = client.get("/help/now/").content.decode()
    main = page[page.index("<main") :]

    assert main.index('href="tel:110"') < main.index('class="steps"') < main.index('class="prose"')
    assert main.index('href="tel:96110"') < main.index('class="steps"')
    assert 'aria-current="page">' in page[: page.index("<main")]


def test_published_version_keeps_the_words(client):
    page = make_info("accessibility")

    text = PublishedVersion.objects.get(object_id=str(page.pk), title=page.title).text

    assert page.intro in text
    assert "点页面最上面的“大字版”" in text
    assert "<" not in text


def test_the_messages_page_shows_what_is_really_sent():
    words = (CONTENT / "pages" / "about-messages.toml").read_text()
    codes = re.findall(r"(?:签到码|候补码|输入)([0-9A-Z-]{6,9})", words)

    assert OPT_OUT_WORDS in words
    assert f"回复 <b>{OPT_OUT_WORDS[-1]}</b>" in words
    assert [len(normalise_code(code)) == LENGTH and set(normalise_code(code)) <= set(ALPHABET) for code in codes] == (
        [True] * 3
    )


def test_no_page_promises_what_the_site_has_not():
    words = "".join(path.read_text() for path in (CONTENT / "pages").glob("*.toml"))

    assert [promise in words for promise in ("学习证明", "风险认知自测", "回复 T", "回复 <b>T")] == [False] * 4
