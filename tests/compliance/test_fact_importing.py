"""The facts that a new site starts with."""

import tomllib
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from compliance.actions.fact_importing import START_FILE, import_facts
from compliance.models import Fact
from core.errors import PublicationRefusedError
from core.models import PublishedVersion
from tests.factories.compliance import change_fact
from tests.factories.courses import NOW

DATA = {
    "defaults": {"checked_on": date(2026, 11, 22), "confidence": "high", "review_months": 12},
    "facts": [
        {
            "key": "fee_cap",
            "statement": "最高0.8%。",
            "value": 0.8,
            "unit": "percent",
            "source": "规定",
            "as_of": date(2026, 1, 31),
        }
    ],
}


def _start() -> dict:
    return tomllib.loads(START_FILE.read_text("utf-8"))


def test_every_fact_of_the_start_file_holds_together():
    data = _start()
    facts = [Fact(**{**data["defaults"], **entry, "value": str(entry["value"])}) for entry in data["facts"]]
    assert len({fact.key for fact in facts}) == len(facts) == 76
    for fact in facts:
        fact.clean_fields(exclude=["live_revision", "latest_revision"])
        assert fact.inline
        assert fact.as_of <= fact.checked_on
        assert fact.statement.endswith(("。", "）"))
        assert not {"http", "reportify", "二手"} & set(fact.source.split())
    unsure = [fact.key for fact in facts if fact.confidence == "low"]
    assert unsure
    assert all("（" in fact.inline for fact in facts if not fact.certain)


@pytest.mark.django_db
def test_facts_come_in_by_two_people_and_once(course_site):
    by = {"author": course_site.author, "reviewer": course_site.reviewer, "now": NOW}
    assert [fact.key for fact in import_facts(data=DATA, **by)] == ["fee_cap"]
    version = PublishedVersion.objects.get()
    assert (version.authors, version.approved_by) == ([str(course_site.author.pk)], str(course_site.reviewer.pk))
    assert import_facts(data=DATA, **by) == []
    assert PublishedVersion.objects.count() == 1


@pytest.mark.django_db
def test_one_person_cannot_bring_facts_in(course_site):
    with pytest.raises(PublicationRefusedError, match="参与撰写"):
        import_facts(data=DATA, author=course_site.reviewer, reviewer=course_site.reviewer, now=NOW)
    assert Fact.objects.count() == 0


@pytest.mark.django_db
def test_what_editors_changed_since_does_not_fall_back(course_site):
    by = {"author": course_site.author, "reviewer": course_site.reviewer, "now": NOW}
    fact = import_facts(data=DATA, **by)[0]
    change_fact(course_site, fact, value="0.6")
    import_facts(data=DATA, **by)
    assert Fact.objects.get().value == "0.6"


@pytest.mark.django_db
def test_a_fact_that_does_not_hold_together_brings_nothing_in(course_site):
    data = {**DATA, "facts": [*DATA["facts"], {**DATA["facts"][0], "key": "other", "value": "很多"}]}
    with pytest.raises(ValidationError):
        import_facts(data=data, author=course_site.author, reviewer=course_site.reviewer, now=NOW)
    assert Fact.objects.count() == 0


@pytest.mark.django_db
def test_setup_site_publishes_the_first_facts_in_the_names_of_two_people(course_site, capsys):
    author, reviewer = course_site.author.email, course_site.reviewer.email
    for names in ({"author": author}, {"author": author, "reviewer": "nobody@example.com"}):
        with pytest.raises(CommandError, match="都要写"):
            call_command("setup_site", **names)
    with pytest.raises(CommandError, match="参与撰写"):
        call_command("setup_site", author=reviewer, reviewer=reviewer)
    call_command("setup_site", author=author, reviewer=reviewer)
    assert Fact.objects.filter(live=True).count() == len(_start()["facts"])
    assert "发布了 76 条事实。" in capsys.readouterr().out
