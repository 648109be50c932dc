"""What machines read: the picture and words of a shared link, schema.org data, and WeChat's proof."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from core.structured import json_ld
from events.enums import SessionStatus
from tests.factories.edu_site import make_home, make_info
from tests.factories.events import EventSessionFactory

pytestmark = pytest.mark.django_db


def data_of(page):
    """Return the things of the page's JSON-LD by their type."""
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in data["@graph"]}


def meta_of(page):
    return dict(re.findall(r'<meta property="(og:[a-z:_]+)" content="([^"]*)">', page))


def test_a_lesson_is_a_learning_resource_with_its_way(course_site, client):
    lesson = course_site.lesson(title="申购费|怎么算", objective="能算出申购费。", minutes=7)
    page = client.get(lesson.url).content.decode()
    data = data_of(page)
    resource = data["LearningResource"]
    assert (resource["name"], resource["teaches"], resource["timeRequired"]) == (
        "申购费怎么算",
        "能算出申购费。",
        "PT7M",
    )
    assert resource["url"] == settings.BASE_URL + lesson.url
    assert resource["isAccessibleForFree"] is True
    assert resource["educationalLevel"] == "入门"
    steps = data["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    assert (steps[0]["item"], steps[-1]["name"]) == (settings.BASE_URL + "/", "申购费怎么算")
    assert meta_of(page)["og:title"] == "申购费怎么算"
    assert meta_of(page)["og:url"] == settings.BASE_URL + lesson.url


def test_an_article_and_a_term_say_what_they_are(course_site, client):
    article = course_site.article(title="一篇", summary="说一件事。")
    data = data_of(client.get(article.url).content.decode())
    assert (data["Article"]["headline"], data["Article"]["description"]) == ("一篇", "说一件事。")
    term = course_site.term(slug="fee", term="申购费", pinyin="shen gou fei", aliases=["买入手续费"])
    data = data_of(client.get(term.get_absolute_url()).content.decode())
    assert (data["DefinedTerm"]["name"], data["DefinedTerm"]["alternateName"]) == ("申购费", ["买入手续费"])


def test_an_event_says_when_and_where_and_whether_it_takes_place(client):
    now = timezone.now()
    session = EventSessionFactory(starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=3, hours=2))
    address = f"/events/{session.page.slug}/"
    event = data_of(client.get(address).content.decode())["EducationEvent"]
    assert event["startDate"] == timezone.localtime(session.starts_at).isoformat(timespec="seconds")
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["location"]["name"] == session.page.venue
    type(session).objects.filter(pk=session.pk).update(status=SessionStatus.CANCELLED)
    client.cookies["staff"] = "1"
    event = data_of(client.get(address).content.decode())["EducationEvent"]
    assert event["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_past_event_is_no_event_any_more(client):
    now = timezone.now()
    session = EventSessionFactory(starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=3, hours=-2))
    assert set(data_of(client.get(f"/events/{session.page.slug}/").content.decode())) == {"BreadcrumbList"}


def test_home_and_information_pages_are_shared_with_their_words(client):
    home = make_home()
    page = client.get("/").content.decode()
    assert data_of(page)["WebSite"]["potentialAction"]["target"].endswith("/search/?q={search_term_string}")
    assert (meta_of(page)["og:type"], meta_of(page)["og:description"] != "") == ("website", True)
    assert home.live
    info = make_info("rights")
    assert meta_of(client.get(info.url).content.decode())["og:url"] == settings.BASE_URL + info.url


@pytest.mark.parametrize("path", ["/search/?q=基金", "/nowhere/", "/accounts/login/"])
def test_what_is_not_for_sharing_has_neither(client, path):
    page = client.get(path).content.decode()
    assert meta_of(page) == {}
    assert "ld+json" not in page


def test_no_words_of_ours_can_end_the_script_element():
    nasty = "</script><script>alert(1)</script><!-- \u2028 & "
    text = json_ld([{"@type": "Thing", "name": nasty, "empty": "", "none": None}])
    assert not re.search("[<>&\u2028]", text)
    assert json.loads(text)["@graph"] == [{"@type": "Thing", "name": nasty}]


def test_the_shared_picture_has_the_size_that_is_promised():
    path = settings.BASE_DIR / "static_src" / "img" / "share.png"
    assert Image.open(path).size == (1200, 630)
    assert path.stat().st_size < 60_000


def test_wechat_gets_its_proof_and_nobody_another(client, settings):
    settings.WECHAT_VERIFY_TOKENS = ["Ab12Cd34Ef56Gh78"]
    proof = client.get("/MP_verify_Ab12Cd34Ef56Gh78.txt")
    assert (proof.content, proof.headers["Content-Type"]) == (b"Ab12Cd34Ef56Gh78", "text/plain; charset=utf-8")
    assert client.get("/MP_verify_Zz12Cd34Ef56Gh78.txt").status_code == 404
    assert client.get("/MP_verify_../x.txt").status_code == 404
    settings.WECHAT_VERIFY_TOKENS = []
    assert client.get("/MP_verify_Ab12Cd34Ef56Gh78.txt").status_code == 404


def test_events_are_in_the_site_map(client):
    now = timezone.now()
    session = EventSessionFactory(starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=3, hours=2))
    assert f"/events/{session.page.slug}/" in client.get("/sitemap.xml").content.decode()
