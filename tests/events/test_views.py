"""Pages, sign-up, tickets and the short code, as a browser sees them."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import ContactCode, User
from accounts.signals import code_due
from events.actions.registration import cancel_registration, register_attendee
from events.enums import RegistrationStatus
from events.models import EventSession, Registration
from events.shortcodes import code_resolvers, normalise_code
from events.tokens import manage_token, ticket_token
from messaging.models import Delivery
from tests.factories.events import EventPageFactory, EventSessionFactory, make_mail, make_phone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine, now):
    time_machine.move_to(now, tick=True)


@pytest.fixture
def codes():
    """The codes that were sent, in order."""
    sent = []

    def remember(code, **_kwargs):
        sent.append(code)

    code_due.connect(remember, weak=False)
    yield sent
    code_due.disconnect(remember)


def form(session, **changes):
    return {
        "session": session.pk,
        "name": "👵🏻王奶奶",
        "phone": "１３８ 0013 8000",
        "email": "",
        "seats": "1",
        "consent": "on",
        **changes,
    }


def sign_up(client, session, codes, **changes):
    url = reverse("events:register", args=[session.page.slug])
    client.post(url, form(session, **changes))
    return client.post(url + "code/", {"code": codes[-1]}, follow=True)


def register(session, number, *, now, **kwargs):
    return register_attendee(session_id=session.pk, contact=make_phone(number), name="客", seats=1, now=now, **kwargs)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "\u200b\u202e"}, "请写上怎么称呼您，例如李女士。"),
        ({"phone": "1" * 41}, "太长了，请检查手机号。"),
        ({"email": "a" * 255}, "太长了，请检查电子邮箱。"),
        ({"phone": "", "email": "a@[127.0.0.1]"}, "这个邮箱地址不完整，例如 name@example.com。"),
        ({"session": "999999"}, "这一场现在不能报名，请另选一场。"),
        ({"access": "飞机"}, "没有这一项，请从下面选。"),
        ({"access_other": "长" * 201}, "请不要超过 200 个字。"),
    ],
)
def test_each_refusal_is_in_the_words_of_the_site(client, codes, changes, words):
    session = EventSessionFactory()

    response = client.post(reverse("events:register", args=[session.page.slug]), {**form(session), **changes})

    assert (response.status_code, codes) == (422, [])
    assert words in response.content.decode()


def test_a_name_is_stored_as_one_visible_line(client, codes):
    session = EventSessionFactory()

    sign_up(client, session, codes, name=" \u202e李\u200b女士\r\nBcc: 👩\u200d👩\ufe0f ")

    assert Registration.objects.get().name == "李女士 Bcc: 👩\u200d👩\ufe0f"


def test_what_cannot_be_a_code_costs_no_try(client, codes):
    session = EventSessionFactory()
    url = reverse("events:register", args=[session.page.slug])
    client.post(url, form(session))

    answers = [client.post(url + "code/", {"code": "12" * times}).status_code for times in (1, 2, 4, 8, 40)]

    assert answers == [422] * 5
    assert ContactCode.objects.get().attempts == 0


def test_event_page_says_date_lunar_date_and_seats_in_words(client):
    session = EventSessionFactory(capacity=40)

    response = client.get(f"/events/{session.page.slug}/")

    text = response.content.decode()
    assert response.status_code == 200
    for words in ("农历十一月初四", "星期六", "下午 2:00 到 4:00", "共四十座，还有座位", "不会转给销售人员"):
        assert words in text
    assert "csrfmiddlewaretoken" not in text
    assert response.cookies == {}


def test_event_page_is_stored_and_forgotten_when_the_words_change(client, now):
    session = EventSessionFactory(capacity=1)
    address = f"/events/{session.page.slug}/"
    client.get(address)
    assert client.get(address).headers["X-Page-Cache"] == "hit"

    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        register(session, 1, now=now)

    fresh = client.get(address)
    assert fresh.headers["X-Page-Cache"] == "miss"
    assert "已满，可候补" in fresh.content.decode()


def test_guest_signs_up_by_code(client, codes):
    session = EventSessionFactory()

    response = sign_up(client, session, codes, email="Li@Example.com")

    registration = Registration.objects.get()
    assert response.redirect_chain[-1][0].endswith("/register/done/")
    assert registration.ticket_text in response.content.decode()
    assert "报名成功" in response.content.decode()
    assert (registration.name, registration.contact_point.value) == ("👵🏻王奶奶", "+8613800138000")
    assert registration.second_contact.value == "li@example.com"


def test_guest_without_phone_signs_up_by_mail(client, codes):
    session = EventSessionFactory()

    sign_up(client, session, codes, phone="", email="li@example.com")

    assert Registration.objects.get().contact_point.channel == "email"


def test_bad_input_keeps_what_was_typed_and_says_what_is_wrong(client, codes):
    session = EventSessionFactory()

    response = client.post(
        reverse("events:register", args=[session.page.slug]), form(session, phone="12345", name="李女士", consent="")
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="12345"' in text
    assert 'value="李女士"' in text
    assert "请输入 11 位手机号" in text
    assert "需要您同意" in text
    assert codes == []


def test_no_way_to_reach_the_guest_is_said_beside_the_phone(client, codes):
    session = EventSessionFactory()

    response = client.post(reverse("events:register", args=[session.page.slug]), form(session, phone=""))

    assert "没有手机的，填电子邮箱也可以" in response.content.decode()
    assert codes == []


def test_wrong_code_registers_nobody(client, codes):
    session = EventSessionFactory()
    url = reverse("events:register", args=[session.page.slug])
    client.post(url, form(session))

    response = client.post(url + "code/", {"code": "000000" if codes[-1] != "000000" else "111111"})

    assert response.status_code == 422
    assert "验证码不对" in response.content.decode()
    assert Registration.objects.count() == 0


def test_going_out_for_the_sms_loses_nothing(client, codes):
    session = EventSessionFactory()
    url = reverse("events:register", args=[session.page.slug])
    client.post(url, form(session, name="李女士"))

    again = client.get(url).content.decode()

    assert 'value="李女士"' in again
    assert "138****8000" in client.get(url + "code/").content.decode()


def test_sending_the_code_twice_shows_the_same_ticket(client, codes):
    session = EventSessionFactory()
    first = sign_up(client, session, codes)

    second = client.post(reverse("events:register_code", args=[session.page.slug]), {"code": codes[-1]}, follow=True)

    assert Registration.objects.count() == 1
    ticket = Registration.objects.get().ticket_text
    assert ticket in first.content.decode()
    assert ticket in second.content.decode()


def test_sending_the_form_twice_sends_one_code(client, codes):
    session = EventSessionFactory()
    url = reverse("events:register", args=[session.page.slug])

    answers = [client.post(url, form(session)) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [url + "code/"] * 2
    assert len(codes) == 1


def test_another_code_takes_a_minute(client, codes):
    session = EventSessionFactory()
    url = reverse("events:register", args=[session.page.slug])
    client.post(url, form(session))

    response = client.post(url + "code/", {"resend": "1"})

    assert "验证码刚刚发出" in response.content.decode()
    assert len(codes) == 1


def test_a_code_for_one_session_is_no_good_for_another(client, codes):
    one, other = EventSessionFactory(), EventSessionFactory()
    client.post(reverse("events:register", args=[one.page.slug]), form(one))

    response = client.post(reverse("events:register_code", args=[other.page.slug]), {"code": codes[-1]})

    assert response.status_code == 302
    assert Registration.objects.count() == 0
    assert ContactCode.objects.get().purpose == f"event:{one.pk}"


def test_signed_in_person_needs_no_code(client, codes, now):
    user = User.objects.create_user(display_name="李女士")
    phone = make_phone(1)
    phone.user, phone.verified_at = user, now
    phone.save()
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")
    session = EventSessionFactory()
    url = reverse("events:register", args=[session.page.slug])

    page = client.get(url).content.decode()
    data = {key: value for key, value in form(session).items() if key not in {"phone", "email"}}
    response = client.post(url, data, follow=True)

    assert "138****0001" in page
    assert "报名成功" in response.content.decode()
    assert Registration.objects.get().user == user
    assert codes == []


def test_full_session_offers_the_place_in_words(client, codes, now):
    session = EventSessionFactory(capacity=1)
    register(session, 1, now=now)
    register(session, 2, now=now, accept_waitlist=True)

    page = client.get(reverse("events:register", args=[session.page.slug])).content.decode()
    response = sign_up(client, session, codes, wait="on")

    assert "您排在第二位" in page
    assert "已候补，您排在第二位" in response.content.decode()


def test_seats_gone_while_the_guest_read_the_sms(client, codes, now):
    session = EventSessionFactory(capacity=1)
    url = reverse("events:register", args=[session.page.slug])
    client.post(url, form(session))
    register(session, 1, now=now)

    full = client.post(url + "code/", {"code": codes[-1]})
    waiting = client.post(url + "wait/", {"wait": "1"}, follow=True)

    assert full.status_code == 409
    assert "座位刚刚没有了" in full.content.decode()
    assert "已候补，您排在第一位" in waiting.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "cancelled"}, "这场活动取消了"),
        (
            {"registration_opens_at": timezone.datetime(2026, 12, 1, tzinfo=timezone.get_fixed_timezone(480))},
            "还没有开始报名，12月1日0:00开始",
        ),
        (
            {"registration_closes_at": timezone.datetime(2026, 11, 20, tzinfo=timezone.get_fixed_timezone(480))},
            "截止了",
        ),
        ({"starts_at": timezone.datetime(2026, 11, 1, tzinfo=timezone.get_fixed_timezone(480))}, "已经结束"),
    ],
)
def test_closed_sign_up_is_a_clear_page(client, codes, fields, words):
    session = EventSessionFactory(**fields)
    url = reverse("events:register", args=[session.page.slug])

    pages = [client.get(url), client.post(url, form(session)), client.get(f"/events/{session.page.slug}/")]

    assert [words in page.content.decode() for page in pages] == [True, True, True]
    assert Registration.objects.count() == 0
    assert codes == []


def test_unknown_event_is_not_found(client):
    assert client.get("/events/nothing/register/").status_code == 404


def test_manage_shows_on_get_and_cancels_on_post_once(client, now):
    registration = register(EventSessionFactory(), 1, now=now)
    address = reverse("events:manage", args=[manage_token(registration, now=now)])

    assert client.get(address).status_code == 200
    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.CONFIRMED
    for _ in range(2):
        text = client.post(address, {"action": "cancel"}, follow=True).content.decode()
        assert "报名已取消" in text


def test_offer_is_accepted_from_the_link(client, now):
    session = EventSessionFactory(capacity=1)
    seated = register(session, 1, now=now)
    waiting = register(session, 2, now=now, accept_waitlist=True)
    cancel_registration(registration_id=seated.pk, now=now)
    address = reverse("events:manage", args=[manage_token(waiting, now=now)])

    assert "有座位了，来吗" in client.get(address).content.decode()
    assert "已报名" in client.post(address, {"action": "accept"}, follow=True).content.decode()


def test_offer_past_its_deadline_says_so(client, now, time_machine):
    session = EventSessionFactory(capacity=1)
    seated = register(session, 1, now=now)
    waiting = register(session, 2, now=now, accept_waitlist=True)
    cancel_registration(registration_id=seated.pk, now=now)
    address = reverse("events:manage", args=[manage_token(waiting, now=now)])
    time_machine.move_to(now + timedelta(hours=25))

    response = client.post(address, {"action": "accept"})

    assert response.status_code == 409
    assert "确认时间已过" in response.content.decode()


def test_a_ticket_link_cannot_cancel(client, now):
    registration = register(EventSessionFactory(), 1, now=now)

    response = client.post(reverse("events:manage", args=[ticket_token(registration, now=now)]), {"action": "cancel"})

    assert response.status_code == 410
    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.CONFIRMED


def test_ticket_shows_the_code_large(client, now):
    registration = register(EventSessionFactory(), 1, now=now)

    text = client.get(reverse("events:ticket", args=[ticket_token(registration, now=now)])).content.decode()

    assert registration.ticket_text in text
    assert "csrfmiddlewaretoken" not in text


def test_join_link_is_shown_to_who_has_a_seat_and_to_nobody_else(client, now):
    page = EventPageFactory(mode="online", city="线上")
    session = EventSessionFactory(page=page, capacity=1, join_url="https://meet.example.com/secret")
    seated = register(session, 1, now=now)
    waiting = register(session, 2, now=now, accept_waitlist=True)

    def text(address):
        return client.get(address).content.decode()

    assert "secret" in text(reverse("events:manage", args=[manage_token(seated, now=now)]))
    assert "secret" not in text(reverse("events:manage", args=[manage_token(waiting, now=now)]))
    for address in (f"/events/{page.slug}/", f"/events/{page.slug}/event.ics", "/events/calendar.ics"):
        assert "secret" not in text(address)


@pytest.mark.parametrize("spelling", ["{}", "{} ", "ｌower"])
def test_short_code_opens_the_registration(client, now, spelling):
    registration = register(EventSessionFactory(), 1, now=now)
    typed = registration.ticket_text.lower().replace("-", " ") if "{" not in spelling else registration.ticket_text

    response = client.post("/j", {"code": typed}, follow=True)

    assert registration.ticket_text in response.content.decode()


def test_short_code_reads_full_width_signs():
    assert normalise_code(" ｋ７ｍｘ－４ｐｑ３ ") == "K7MX4PQ3"


def test_wrong_short_codes_are_limited(client):
    answers = [client.post("/j", {"code": f"AAAA-AAA{n}"}).status_code for n in range(11)]

    assert answers == [422] * 10 + [429]


def test_short_codes_of_other_apps_open_their_pages(client):
    code_resolvers.register("test", lambda code, _now: "/newsletters/" if code == "123456" else None)
    try:
        response = client.post("/j", {"code": "123456"})
    finally:
        code_resolvers._items.pop("test")

    assert response.headers["Location"] == "/newsletters/"


def test_index_filters_by_city_online_and_kind(client):
    shanghai = EventSessionFactory()
    online = EventSessionFactory(page=EventPageFactory(mode="online", city="线上", kind="seminar"))

    def slugs(query):
        cache.clear()
        text = client.get(f"/events/{query}").content.decode()
        return sorted(set(re.findall(r'href="/events/(fee-salon-\d+)/"', text)))

    both = sorted([shanghai.page.slug, online.page.slug])
    assert slugs("") == both
    assert slugs("?city=上海") == [shanghai.page.slug]
    assert slugs("?city=online") == [online.page.slug]
    assert slugs("?kind=seminar") == [online.page.slug]
    assert slugs("?city=火星&kind=x") == both


def test_past_events_stand_apart(client):
    coming = EventSessionFactory()
    past = EventSessionFactory(starts_at=timezone.now() - timedelta(days=3))

    assert past.page.slug not in client.get("/events/").content.decode()
    text = client.get("/events/past/").content.decode()
    assert past.page.slug in text
    assert coming.page.slug not in text


@pytest.mark.parametrize("address", ["/events/", "/events/past/", "/events/calendar.ics"])
def test_lists_ask_as_many_queries_for_three_as_for_one(client, django_assert_num_queries, address):
    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    offset = timedelta(days=-3) if "past" in address else timedelta(days=3)
    EventSessionFactory(starts_at=timezone.now() + offset)
    client.get(address)
    one = queries()
    for _ in range(2):
        EventSessionFactory(starts_at=timezone.now() + offset)

    assert queries() == one


def test_calendar_keeps_uids_and_local_time(client):
    session = EventSessionFactory()

    first = client.get("/events/calendar.ics")
    second = client.get(f"/events/{session.page.slug}/event.ics")

    events = [Calendar.from_ical(response.content).walk("VEVENT")[0] for response in (first, second)]
    assert {str(event["uid"]) for event in events} == {f"{session.uid}@127.0.0.1"}
    assert events[0].decoded("dtstart").isoformat() == "2026-12-12T14:00:00+08:00"
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert client.get("/events/calendar.ics").headers["X-Page-Cache"] == "hit"


def test_sign_up_pages_are_never_stored(client, codes, now):
    session = EventSessionFactory()
    registration = register(session, 5, now=now)
    addresses = [
        reverse("events:register", args=[session.page.slug]),
        reverse("events:form_fragment", args=[session.page.slug]),
        reverse("events:manage", args=[manage_token(registration, now=now)]),
        "/j",
    ]

    for address in addresses:
        assert "no-store" in client.get(address).headers["Cache-Control"]
        assert "X-Page-Cache" not in client.get(address).headers


def test_search_finds_events():
    from core.search.sources import search_everything

    session = EventSessionFactory()

    assert f"/events/{session.page.slug}/" in [hit.url for hit in search_everything("费用沙龙").hits]


def test_registering_with_a_dead_broker_succeeds_within_two_seconds(client, codes, settings, monkeypatch):
    import socket
    import time

    hole = socket.socket()
    hole.bind(("127.0.0.1", 0))
    hole.listen(0)
    from edu_site.celery import app

    monkeypatch.setattr(app.conf, "broker_url", f"amqp://127.0.0.1:{hole.getsockname()[1]}//")
    session = EventSessionFactory()
    url = reverse("events:register", args=[session.page.slug])
    client.post(url, form(session))
    from django.test import TestCase

    started = time.perf_counter()
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(url + "code/", {"code": codes[-1]})
    took = time.perf_counter() - started
    hole.close()

    assert EventSession.objects.get().seats_taken == 1
    assert took < 2


def test_desk_shows_what_a_person_registered_for(client, now):
    user = User.objects.create_user(display_name="李女士")
    mail = make_mail("li")
    mail.user, mail.verified_at = user, now
    mail.save()
    registration = register_attendee(
        session_id=EventSessionFactory().pk, contact=mail, name="李", seats=1, now=now, user=user
    )
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")

    assert registration.ticket_text in client.get("/me/").content.decode()


def test_an_english_page_has_no_chinese_dates_and_the_letter_no_english_ones(client, codes):
    session = EventSessionFactory(capacity=40)
    client.cookies["lang"] = "en"

    event = client.get(f"/events/{session.page.slug}/").content.decode()
    listing = client.get("/events/").content.decode()
    sign_up(client, session, codes)

    leaf = re.search(r'<time datetime="2026-12-12">(.*?)</time>', event)[1]
    strip = re.search(r'<div class="date">(.*?)</div>', listing)[1]
    assert re.sub(r"<[^>]+>", " ", leaf).split() == ["December", "2026", "12", "Saturday"]
    assert re.sub(r"<[^>]+>", " ", strip).split() == ["12", "Dec", "Sat"]
    assert "14:00–16:00" in event
    assert "农历" not in event
    params = json.loads(Delivery.objects.get(template="events.registration_confirmed").params)
    assert (params["date"], params["time"]) == ("12月12日 周六", "下午 2:00 到 4:00")
