"""References in a text, whatever the facts are: the port that every app stands on."""

from datetime import date

import pytest
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import RequestFactory

from core import facts, registries
from core.facts import FactsMiddleware, embed_tokens, fill_in, keys_in, one_lookup, shown_facts, token, unknown_keys
from core.registries import Registry, ShownFact

FEE = ShownFact("fee_cap", "0.8%", "费率最高0.8%。", "规定", date(2026, 1, 31), date(2026, 11, 22), True, 7)
TERM = ShownFact("term", '12个月"<b>', "期限。", "规定", None, None, True, 8)


HOTLINE = ShownFact("hotline", "010-1234（以官网为准）", "热线。", "规定", None, None, False, 9, dial="0101234")


@pytest.fixture
def asked(monkeypatch):
    """Two facts, and the questions that were put for them."""
    questions = []

    def source(keys):
        questions.append(list(keys))
        return [fact for fact in (FEE, TERM, HOTLINE) if fact.key in keys]

    registry = Registry("fact source")
    registry.register("test", source)
    monkeypatch.setattr(facts, "fact_sources", registry)
    return questions


def _through(response, path="/courses/"):
    return FactsMiddleware(lambda request: response)(RequestFactory().get(path))


def test_keys_are_found_as_token_and_as_embed_once_each():
    texts = ["先{fact:b}后{fact:a}", '<p><embed embedtype="fact" key="c"/><embed key="b" embedtype="fact"/></p>', "无"]
    assert keys_in(texts) == ["b", "a", "c"]
    assert keys_in(['<embed embedtype="media" key="x"/>', "{fact}", "{other:a}"]) == []


@pytest.mark.parametrize(
    "slip", ["{fact: fee_cap}", "{ fact:fee_cap }", "{fact：fee_cap}", "{fact:Fee_Cap}", "{fact:}"]
)
def test_a_slip_of_the_pen_names_nothing_and_is_never_read(asked, slip):
    assert unknown_keys([slip]) == [slip]
    assert fill_in(f"最高{slip}。") == "最高（此处数字正在核对）。"


def test_tokens_become_embeds_between_tags_only():
    html = '<p>最高{fact:fee_cap}，<a href="/{fact:fee_cap}/">看</a></p>'
    assert embed_tokens(html) == (
        '<p>最高<embed embedtype="fact" key="fee_cap"/>，<a href="/{fact:fee_cap}/">看</a></p>'
    )


def test_a_token_of_what_is_no_key_names_nothing(asked):
    assert token("fee_cap") == "{fact:fee_cap}"
    assert fill_in(token('"><script>')) == "（此处数字正在核对）"


def test_one_question_answers_for_a_whole_text(asked):
    assert fill_in("{fact:fee_cap}与{fact:term}，再说{fact:fee_cap}") == '0.8%与12个月"<b>，再说0.8%'
    assert asked == [["fee_cap", "term"]]


def test_within_a_page_nothing_is_asked_twice_not_even_what_is_missing(asked):
    with one_lookup():
        assert list(shown_facts(["fee_cap", "gone"])) == ["fee_cap"]
        assert fill_in("{fact:fee_cap}{fact:gone}") == "0.8%（此处数字正在核对）"
    assert asked == [["fee_cap", "gone"]]
    shown_facts(["fee_cap"])
    assert len(asked) == 2


def test_a_missing_fact_is_logged_by_its_key(asked, caplog):
    assert fill_in("共{fact:gone}。") == "共（此处数字正在核对）。"
    assert [(record.message, record.keys) for record in caplog.records] == [("facts missing", ["gone"])]


def test_a_page_gets_escaped_facts_whose_number_stays_with_its_unit(asked):
    page = _through(HttpResponse('<meta content="{fact:fee_cap}"><p>{fact:term}</p>'))
    assert page.content.decode() == '<meta content="0.8%"><p>12\u2060个月&quot;&lt;b&gt;</p>'


def _in_text(key):
    return f'<span class="fact" data-fact="{key}">{{fact:{key}}}</span>'


def test_a_telephone_number_in_rich_text_can_be_tapped_and_asks_nothing_more(asked):
    page = _through(HttpResponse(f"<p>打{_in_text('hotline')}，{_in_text('fee_cap')}</p><b>{{fact:hotline}}</b>"))
    assert page.content.decode() == (
        '<p>打<a class="fact" data-fact="hotline" href="tel:0101234">010-1234（以官网为准）</a>，'
        '<span class="fact" data-fact="fee_cap">0.8%</span></p><b>010-1234（以官网为准）</b>'
    )
    assert asked == [["hotline", "fee_cap"]]


@pytest.mark.parametrize("tag", ["a", "button", "label", "summary"])
def test_a_number_within_something_to_tap_stays_text(asked, tag):
    page = _through(HttpResponse(f"<abbr>{_in_text('hotline')}</abbr><{tag} id=x><b>{_in_text('hotline')}</b></{tag}>"))
    assert page.content.decode().count("<span class") == 1
    assert page.content.decode().startswith('<abbr><a class="fact"')


def test_feeds_hold_no_number_to_tap(asked):
    feed = _through(HttpResponse(_in_text("hotline"), content_type="application/rss+xml"))
    assert b"tel:" not in feed.content


def test_an_answer_in_json_stays_json(asked):
    answer = _through(JsonResponse({"title": "期限{fact:term}"}))
    assert '12个月\\"<b>' in answer.content.decode()
    import json

    assert json.loads(answer.content) == {"title": '期限12个月"<b>'}


def test_plain_text_and_feeds_are_filled_in_and_other_files_are_not(asked):
    assert _through(HttpResponse("{fact:fee_cap}", content_type="text/calendar")).content == b"0.8%"
    assert _through(HttpResponse("{fact:term}", content_type="application/rss+xml")).content.count(b"&lt;b&gt;") == 1
    for kind in ("text/css", "application/pdf", "image/png"):
        assert _through(HttpResponse("{fact:fee_cap}", content_type=kind)).content == b"{fact:fee_cap}"
    stream = _through(StreamingHttpResponse([b"{fact:fee_cap}"]))
    assert b"".join(stream.streaming_content) == b"{fact:fee_cap}"


def test_editors_see_the_references_themselves(asked):
    assert _through(HttpResponse("{fact:fee_cap}"), "/cms/pages/").content == b"{fact:fee_cap}"
    assert asked == []


def test_a_page_without_facts_asks_nothing(asked):
    assert _through(HttpResponse("<p>{factory}</p>")).content == b"<p>{factory}</p>"
    assert asked == []


def test_registries_of_facts_are_empty_handed_by_name():
    names = {name for name, _source in registries.fact_sources}
    assert names == {"facts"}
    assert {name for name, _users in registries.fact_users} >= {"published", "quizzes", "courses"}
    assert {name for name, _dues in registries.review_dues} >= {"facts", "courses", "info"}
