"""Drills: what can be walked, the publish gate, one page for everybody, and nothing of a reader's way anywhere."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from core.actions.publishing import publish_through_review
from core.arithmetic import check_result, read_number
from core.errors import PublicationRefusedError
from core.facts import keys_in
from core.models import PublishedVersion
from core.registries import personal_data_providers
from courses.actions.drill_importing import import_drill, steps_to_stream
from courses.actions.importing import describe
from courses.drills.blocks import DrillSteps, tree_error
from courses.drills.checks import drills_can_be_walked
from courses.drills.tree import Node, problems
from courses.errors import ContentInvalidError
from courses.models import Drill
from courses.queries import due_reviews
from tests.factories.accounts import InvestorFactory, StaffFactory
from tests.factories.courses import CONTENT, NOW, lesson_data, read_content

pytestmark = pytest.mark.django_db
STAFF_BACKEND = "accounts.backends.StaffPasswordBackend"

FILES = sorted(path.name for path in (CONTENT / "drills").glob("*.toml"))


@pytest.fixture
def cms(course_site, settings):
    """Return a function that signs somebody in to the admin."""
    settings.DEMO = True

    def sign_in(user):
        client = Client()
        client.force_login(user, backend=STAFF_BACKEND)
        return client

    return sign_in


def moment(key, *ways, **changes):
    choices = [{"text": f"去{way}", "feedback": f"说说{way}。", "next": way} for way in ways]
    return {
        "type": "moment",
        "key": key,
        "title": f"第{key}步",
        "html": "<p>出了一件事。</p>",
        "choices": choices,
        **changes,
    }


def ending(key, outcome="held", **changes):
    return {
        "type": "ending", "key": key, "outcome": outcome, "title": f"到了{key}", "html": "<p>停在这里。</p>",
        "pattern": "<p>认得出。</p>", "rule": {"if_text": "有人催，", "then_text": "先停。"}, "report": "<p>打 110。</p>",
        **changes,
    }  # fmt: skip


def drill_data(**changes):
    return {
        "slug": "sample-drill", "title": "一次|演练", "kind": "scam", "tier": "beginner", "purposes": ["risk"],
        "intro": "您是一个虚构的人。", "minutes": 5, "author": "林言", "reviewer": "周正",
        "steps": [moment("start", "good", "bad"), ending("good"), ending("bad", "caught")],
        **changes,
    }  # fmt: skip


def make_drill(site, **changes):
    return import_drill(data=drill_data(**changes), author=site.author, reviewer=site.reviewer, now=NOW)


# --- What can be walked -------------------------------------------------------------------------------------

A, B = Node("a", is_ending=True), Node("b", is_ending=True)
CHAIN = [Node(f"m{number}", (f"m{number + 1}" if number < 8 else "a", "b")) for number in range(9)]


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([Node("s", ("a", "b")), A, B], []),
        # Two ways to one step are no loop.
        ([Node("s", ("t", "u")), Node("t", ("u", "a")), Node("u", ("a", "b")), A, B], []),
        ([Node("m0", ("m1", "b")), *CHAIN[1:8], Node("m8", is_ending=True), A, B], ["从开头走不到这里：没有选项通到“a”。"]),
        ([], ["还没有写步骤。"]),
        ([A, Node("s", ("a", "b")), B], ["第一块是开头，要是“一步”，不能是“结局”。"]),
        ([Node("s", ("a", "a")), A], ["至少要有两个结局。"]),
        ([Node("s", ("a", "b")), A, B, Node("a", is_ending=True)], ["编号“a”用了两次，请换一个。"]),
        ([Node("s", ("a",)), A, B], ["这一步至少要有两个选项，不然走到这里就停住了。"]),
        ([Node("s", ("a", "gone")), A, B], ["没有编号叫“gone”的一步或结局。"]),
        ([Node("s", ("a", "b")), A, B, Node("c", is_ending=True)], ["从开头走不到这里：没有选项通到“c”。"]),
        ([Node("s", ("t", "b")), Node("t", ("s", "a")), A, B], ["选这一项会绕回“s”，走不到结局。"]),
        ([Node("s", ("s", "a")), A, B], ["选这一项会绕回“s”，走不到结局。", "从开头走不到这里：没有选项通到“b”。"]),
        (
            [Node("s", ("a", "b")), A, B, Node("t", ("u", "a")), Node("u", ("t", "a"))],
            ["选这一项会绕回“t”，走不到结局。", "从开头走不到这里：没有选项通到“t”。", "从开头走不到这里：没有选项通到“u”。"],
        ),
        ([*CHAIN, A, B], ["从开头走到这里要选 9 次，最多 8 次。"] * 2),
        ([Node("m1", ("m2", "b")), *CHAIN[2:], A, B], []),
    ],
)  # fmt: skip
def test_what_keeps_a_drill_from_being_walked(nodes, expected):
    assert [problem.message for problem in problems(nodes)] == expected


def test_the_longest_way_counts_not_the_shortest():
    """One ending is a choice away, and nine choices by the other way."""
    nodes = [Node("m0", ("m1", "a")), *CHAIN[1:], A, B]
    assert {problem.place for problem in problems(nodes)} == {nodes.index(A), nodes.index(B)}


def test_errors_stand_beside_the_choice_and_the_step():
    steps = [moment("start", "good", "lost"), ending("good"), ending("good", "caught")]
    error = tree_error(DrillSteps().to_python(steps_to_stream(steps)))
    assert set(error.block_errors) == {0, 2}
    assert error.block_errors[0].block_errors["choices"].block_errors[1].block_errors["next"].messages == [
        "没有编号叫“lost”的一步或结局。"
    ]
    assert error.block_errors[2].block_errors["key"].messages == ["编号“good”用了两次，请换一个。"]


def test_model_import_and_gate_refuse_what_cannot_be_walked(course_site):
    broken = [moment("start", "good", "lost"), ending("good"), ending("bad")]
    with pytest.raises(ContentInvalidError, match="没有编号叫“lost”"):
        make_drill(course_site, steps=broken)
    assert Drill.objects.count() == 0
    drill = Drill(
        **{key: drill_data()[key] for key in ("slug", "title", "kind", "tier", "purposes", "intro", "minutes")}
    )
    drill.steps = DrillSteps().to_python(steps_to_stream(broken))
    with pytest.raises(ValidationError) as refused:
        drill.full_clean()
    assert "没有编号叫“lost”" in describe(refused.value.error_dict["steps"][0])
    # A draft may be unfinished; submitting or publishing it is refused.
    drill.is_unfinished = True
    drill.full_clean()
    drill.save()
    with pytest.raises(PublicationRefusedError, match="还走不通：没有编号叫“lost”"):
        publish_through_review(page=drill, author=course_site.author, reviewer=course_site.reviewer, now=NOW)
    assert Drill.objects.get().live is False


def _form(steps, **changes):
    value = {
        "title": "新的演练", "slug": "new-drill", "kind": "scam", "tier": "beginner", "purposes": "risk",
        "intro": "您是一个虚构的人。", "minutes": "5", "sources": streamfield([]),
        "author_name": "", "reviewer_name": "", "checked_on": "", "review_by": "", "steps": streamfield(steps),
        **changes,
    }  # fmt: skip
    return nested_form_data(value)


def _form_steps(*nexts):
    html = rich_text("<p>出了一件事。</p>")
    choices = [{"text": f"去{key}", "feedback": "说说。", "next": key} for key in nexts]
    first = {
        "key": "start",
        "title": "开头",
        "html": html,
        "messages": _listed([]),
        "ask": "您怎么办？",
        "choices": _listed(choices),
    }
    last = [
        (
            "ending",
            {"key": key, "outcome": "held", "title": "到了", "html": html, "pattern": html, "report": html,
             "rule": {"if_text": "有人催，", "then_text": "先停。"}},
        )
        for key in ("good", "bad")
    ]  # fmt: skip
    return [("moment", first), *last]


def _listed(items):
    """Return form data of a list block."""
    listed = {"count": str(len(items))}
    for place, item in enumerate(items):
        listed |= {f"{place}-value": item, f"{place}-deleted": "", f"{place}-order": str(place), f"{place}-id": ""}
    return listed


def test_the_form_saves_an_unfinished_draft_and_submits_only_a_whole_one(course_site, cms):
    editor = cms(course_site.author)
    add = reverse(Drill.snippet_viewset.get_url_name("add"))
    answer = editor.post(add, _form(_form_steps("good", "lost")))
    assert answer.status_code == 302, answer.context["form"].errors
    drill = Drill.objects.get()
    edit = reverse(Drill.snippet_viewset.get_url_name("edit"), args=[drill.pk])
    page = editor.get(edit).content.decode()
    assert "没有编号叫“lost”的一步或结局。" in page
    assert "走法一览" in page
    assert "还没有接上" in page
    refused = editor.post(edit, _form(_form_steps("good", "lost"), **{"action-submit": "1"}))
    errors = refused.context["form"].errors.as_data()["steps"]
    assert (refused.status_code, len(errors)) == (200, 1)
    assert describe(errors[0]) == "没有编号叫“lost”的一步或结局。"
    assert drill.current_workflow_state is None
    answer = editor.post(edit, _form(_form_steps("good", "bad"), **{"action-submit": "1"}))
    assert answer.status_code == 302, answer.context["form"].errors
    assert Drill.objects.get().current_workflow_state is not None


def test_what_is_public_and_cannot_be_walked_any_more_is_an_invariant_broken(course_site):
    drill = make_drill(course_site)
    assert list(drills_can_be_walked()) == []
    steps = DrillSteps().to_python(steps_to_stream([moment("start", "good", "lost"), ending("good"), ending("bad")]))
    Drill.objects.filter(pk=drill.pk).update(steps=steps)
    assert list(drills_can_be_walked()) == ["drill sample-drill: 没有编号叫“lost”的一步或结局。"]


# --- The gate and the words -------------------------------------------------------------------------------------


def test_a_drill_goes_through_the_gate_and_leaves_its_words_on_record(course_site):
    drill = make_drill(course_site)
    assert (drill.live, str(drill), drill.get_absolute_url()) == (True, "一次演练", "/drills/sample-drill/")
    version = PublishedVersion.objects.get(object_id=str(drill.pk), title="一次演练")
    for words in ("您是一个虚构的人。", "去good 说说good。", "有人催， 先停。", "认得出。", "打 110。"):
        assert words in version.text
    drill.intro = "偷偷改掉。"
    with pytest.raises(PublicationRefusedError):
        drill.save()
    with pytest.raises(PublicationRefusedError):
        Drill(**{**{key: drill_data()[key] for key in ("title", "intro")}, "slug": "other", "live": True}).save()
    assert Drill.objects.get().intro == "您是一个虚构的人。"


def test_importing_it_again_changes_nothing_and_a_change_is_published(course_site):
    make_drill(course_site)
    make_drill(course_site)
    assert PublishedVersion.objects.count() == 1
    assert make_drill(course_site, intro="您是另一个虚构的人。").intro == "您是另一个虚构的人。"
    assert PublishedVersion.objects.count() == 2


def test_a_promise_in_any_of_its_texts_stops_publication_and_a_quoted_one_does_not(course_site):
    say = {"who": "助理", "text": "稳赚不赔，您放心。", "own": False}
    assert make_drill(
        course_site, steps=[moment("start", "good", "bad", messages=[say]), ending("good"), ending("bad")]
    ).live
    bad = "<p>照这样做，稳赚不赔。</p>"
    for number, steps in enumerate(
        [
            [moment("start", "good", "bad", html=bad), ending("good"), ending("bad")],
            [moment("start", "good", "bad"), ending("good", pattern=bad), ending("bad")],
            [moment("start", "good", "bad"), ending("good"), ending("bad", report=bad)],
        ]
    ):
        with pytest.raises(PublicationRefusedError):
            make_drill(course_site, slug=f"promise-{number}", steps=steps)


def test_only_known_facts_are_named_and_the_page_fills_them_in(course_site, client):
    steps = [moment("start", "good", "bad"), ending("good", report="<p>打 {fact:hotline_96110}。</p>"), ending("bad")]
    with pytest.raises(ContentInvalidError, match="hotline_96110"):
        make_drill(course_site, steps=steps)
    course_site.start_facts(["hotline_96110"])
    make_drill(course_site, steps=steps)
    page = client.get("/drills/sample-drill/").content.decode()
    assert "{fact" not in page
    assert "96110是反诈预警专线" in strip_tags(page).replace("\u2060", "")
    assert 'href="tel:96110">96110</a>。' in page


def test_roles(course_site, cms):
    make_drill(course_site)
    listing = reverse(Drill.snippet_viewset.get_url_name("list"))
    assert cms(course_site.author).get(listing).status_code == 200
    assert cms(course_site.reviewer).get(listing).status_code == 200
    assert cms(StaffFactory(role="marketing")).get(listing).status_code == 302


def test_a_drill_due_for_review_is_on_the_list(course_site):
    make_drill(course_site, checked_on=date(2026, 11, 1), review_by=date(2026, 12, 1))
    assert [(row.title, row.due) for row in due_reviews(date(2026, 12, 1))] == [("一次演练", date(2026, 12, 1))]
    assert due_reviews(date(2026, 11, 30)) == []
    with pytest.raises(ValidationError, match="下次复审要晚于核对日期"):
        make_drill(course_site, checked_on=date(2026, 11, 1), review_by=date(2026, 11, 1))


# --- The pages -----------------------------------------------------------------------------------------------------


def test_one_page_holds_every_step_and_each_choice_leads_on(course_site, client):
    make_drill(course_site)
    page = client.get("/drills/sample-drill/").content.decode()
    anchors = set(re.findall(r'\bid="([^"]+)"', page))
    main = page[page.index("<main") : page.index("</main>")]
    links = set(re.findall(r'href="#([^"]+)"', main))
    assert links == {"k1", "k1a", "k1b", "all"}
    assert links <= anchors
    for words in (
        "投资有风险，过往业绩不预示未来表现。",
        "本演练不推荐任何产品，不构成投资建议。",
        "人物和金额都是虚构的",
    ):
        assert words in main
    # What was chosen stands right before where it leads.
    assert re.search(r'id="k1b".*?去bad.*?说说bad。.*?id="k3".*?到了bad', page, re.DOTALL)
    assert page.index('id="k2"') < page.index('id="k1b"')


def test_lists_count_what_is_public(course_site, client, django_assert_num_queries):
    for number in range(3):
        make_drill(course_site, slug=f"drill-{number}", title=f"演练{number}", kind="moment" if number else "scam")
        if number in {0, 2}:
            client.cookies["staff"] = "1"
            with django_assert_num_queries(1):
                page = client.get("/drills/").content.decode()
            assert page.count('href="/drills/drill-') == number + 1
    Drill.objects.create(**{key: drill_data()[key] for key in ("title", "intro", "minutes")}, slug="draft")
    assert "/drills/draft/" not in client.get("/drills/").content.decode()
    assert client.get("/drills/draft/").status_code == 404
    assert page.index("识破骗局") < page.index("难熬的时候")


def test_an_empty_list_says_what_to_do(client):
    assert "第一个演练还在审" in client.get("/drills/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_asks_as_little_for_many_lessons_as_for_one(course_site, client, django_assert_num_queries, count):
    codes = [f"D-9{number}" for number in range(count)]
    for code in codes:
        course_site.lesson(code=code, slug=f"lesson-{code.lower()}")
    make_drill(course_site, lessons=codes)
    client.cookies["staff"] = "1"
    with django_assert_num_queries(2):
        page = client.get("/drills/sample-drill/").content.decode()
    assert len(set(re.findall(r"/lesson-d-9\d/", page))) == count


def test_lesson_search_site_map_and_other_pages_lead_there(course_site, client):
    lesson = course_site.lesson(code="D-90")
    make_drill(course_site, lessons=["D-90", "D-91"])
    course_site.draft(code="D-91", slug="draft-lesson")
    assert 'href="/drills/sample-drill/"' in client.get(lesson.url).content.decode()
    assert "/drills/sample-drill/" in client.get("/sitemap.xml").content.decode()
    assert 'href="/drills/"' in client.get("/courses/").content.decode()
    found = client.get("/search/?q=一次演练&format=json").json()["results"]
    assert [(hit["type"], hit["url"]) for hit in found if hit["type"] == "drill"] == [
        ("drill", "/drills/sample-drill/")
    ]


def test_a_drill_in_the_text_is_not_named_again_at_the_end(course_site, client):
    lesson = course_site.lesson(code="D-90")
    for slug in ("sample-drill", "other-drill"):
        make_drill(course_site, slug=slug, lessons=["D-90"])
    lesson = course_site.lesson(code="D-90", body=[*lesson_data()["body"], {"type": "drill", "drill": "sample-drill"}])
    page = client.get(lesson.url).content.decode()
    assert [page.count(f'href="/drills/{slug}/"') for slug in ("sample-drill", "other-drill")] == [1, 1]
    assert page.index("drill-panel") < page.index("/drills/sample-drill/") < page.index("/drills/other-drill/")


# --- What stays the reader's alone ------------------------------------------------------------------------------------


def _everything_stored():
    """Return every row of every table, but for what the sessions and caches of the test itself write."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if model._meta.managed:
                cursor.execute(f'SELECT * FROM "{table}"')
                rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def test_nothing_of_a_way_is_stored_and_the_page_is_the_same_for_everybody(course_site, caplog):
    make_drill(course_site)
    investor = InvestorFactory()
    signed_in, guest = Client(), Client()
    signed_in.force_login(investor, backend="django.contrib.auth.backends.ModelBackend")
    exported = {name: provider.export(investor) for name, provider in personal_data_providers}
    before = _everything_stored()
    first = signed_in.get("/drills/sample-drill/")
    second = guest.get("/drills/sample-drill/")
    assert (first.headers["X-Page-Cache"], second.headers["X-Page-Cache"]) == ("miss", "hit")
    assert (first.content, first.cookies.output(), second.cookies.output()) == (second.content, "", "")
    # A way that somebody tries to send is neither answered differently nor kept.
    sent = signed_in.get("/drills/sample-drill/?next=k1b&outcome=caught")
    assert sent.content == first.content
    assert signed_in.post("/drills/sample-drill/", {"next": "k1b"}).status_code == 405
    assert _everything_stored() == before
    assert {name: provider.export(investor) for name, provider in personal_data_providers} == exported
    assert "k1b" not in caplog.text


def test_the_page_has_no_means_of_telling_anybody(course_site, client):
    make_drill(course_site)
    page = client.get("/drills/sample-drill/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r"<form|<input|<button|\bhx-|data-fragment|\bping=", main) == []
    script = (settings.BASE_DIR / "static_src/js/drills.js").read_text(encoding="utf-8")
    assert re.findall(r"fetch|XMLHttp|sendBeacon|Storage|cookie|\bImage\b|htmx|WebSocket|import", script) == []


def test_no_table_points_to_a_drill_but_the_editors_own():
    """The control of the claim in the model: a record of what somebody did would show here."""
    pointing = {
        (relation.related_model._meta.label, relation.field.name) for relation in Drill._meta.related_objects
    }  # fmt: skip
    assert pointing == set()
    many = {(field.related_model._meta.label, field.name) for field in Drill._meta.many_to_many}
    assert many == {("courses.LessonPage", "lessons")}


# --- The two that are written -----------------------------------------------------------------------------------------


def _words_in(value):
    if isinstance(value, str):
        yield strip_tags(value)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in {"key", "next", "type", "outcome"}:
                yield from _words_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _words_in(part)


@pytest.mark.parametrize("name", FILES)
def test_every_number_in_the_text_recomputes(name):
    data = read_content(f"drills/{name}")
    names = {key: read_number(value) for key, value in data["checks"]["inputs"].items()}
    for row in data["checks"]["lines"]:
        names[row["name"]] = check_result(row["formula"], names, decimals=0, result=row["result"])
    known = {Decimal(value) for value in names.values()} | {names[key] * 100 for key in names if names[key] < 1}
    text = "\n".join(_words_in({key: data[key] for key in ("title", "intro", "steps")}))
    stated = re.findall(r"(?<![\d,.])(\d[\d,]*(?:\.\d+)?)\s*(?:元|%)", text)
    assert len(stated) > 10
    assert {number for number in stated if Decimal(number.replace(",", "")) not in known} == set()


@pytest.mark.parametrize("name", FILES)
def test_a_written_drill_reads_aloud_and_ends_in_several_ways(name):
    data = read_content(f"drills/{name}")
    ends = [step for step in data["steps"] if step["type"] == "ending"]
    assert {end["outcome"] for end in ends} == {"held", "close", "caught"}
    for words in _words_in({key: data[key] for key in ("intro", "steps")}):
        for sentence in re.split(r"[。！？；]", words):
            assert len(sentence) <= 60, sentence
    for step in data["steps"]:
        for choice in step.get("choices", []):
            assert len(choice["text"]) <= 24, choice["text"]


def test_the_written_drills_pass_the_gate(course_site, client):
    for name in FILES:
        data = read_content(f"drills/{name}")
        course_site.start_facts(keys_in([str(data)]))
        drill = import_drill(data=data, author=course_site.author, reviewer=course_site.reviewer, now=NOW)
        page = client.get(drill.get_absolute_url())
        assert (drill.live, page.status_code, "{fact" in page.content.decode()) == (True, 200, False)
    assert [name.removesuffix(".toml") for name in FILES] == [
        "counter-pressure",
        "down-twenty",
        "hot-fund",
        "mentor-group",
        "pay-first",
        "screen-share",
    ]
