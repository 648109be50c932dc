"""What was looked for in vain: a day and a number, of nothing that could tell of a person."""

from datetime import timedelta

import pytest

from core.actions.search import (
    START_FILE,
    anonymous_words,
    import_synonyms,
    purge_vain_searches,
    record_vain_search,
)
from core.models import Synonym, VainSearch
from core.search.sources import search_everything

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("区块链挖矿", "区块链挖矿"),
        ("  區塊鏈，挖礦！", "区块链 挖矿"),
        ("REITs 怎么买", "reits 怎么买"),
        ("2026年的新规", "年的新规"),
        ("R5级", "r 级"),
        ("13800138000", ""),
        ("电话 138 0013 8000", ""),
        ("110101199003071234", ""),
        ("zhang@example.com", ""),
        ("www.example.com", ""),
        ("张三", ""),
        ("王小明", ""),
        ("我叫欧阳某", ""),
        ("李经理说的平台", ""),
        ("我儿子的账户", ""),
        ("住在朝阳区", ""),
        ("币", ""),
        ("很长" * 20, ""),
        ("🙂🙂", ""),
        ("12", ""),
    ],
)
def test_what_could_tell_of_a_person_is_not_kept(typed, kept):
    assert anonymous_words(typed) == kept


def test_a_day_and_a_number_are_kept(now):
    assert record_vain_search(typed="区块链", client="a", now=now)
    assert record_vain_search(typed="區塊鏈?", client="b", now=now)
    record_vain_search(typed="区块链", client="a", now=now + timedelta(days=1))
    rows = VainSearch.objects.order_by("day").values_list("words", "day", "count")
    assert list(rows) == [
        ("区块链", now.date(), 2),
        ("区块链", now.date() + timedelta(days=1), 1),
    ]


def test_one_address_adds_a_few_words_a_day(now):
    counted = [record_vain_search(typed=f"无{chr(0x4E00 + number)}之物", client="a", now=now) for number in range(25)]
    assert counted == [True] * 20 + [False] * 5
    assert record_vain_search(typed="区块链", client="b", now=now)


def test_garbage_from_many_addresses_does_not_fill_the_list(now, monkeypatch):
    monkeypatch.setattr("core.actions.search._A_DAY", 3)
    counted = [
        record_vain_search(typed=f"无{chr(0x4E00 + number)}之物", client=str(number), now=now) for number in range(5)
    ]
    assert counted == [True, True, True, False, False]
    assert VainSearch.objects.count() == 3


def test_what_is_old_is_forgotten(now):
    record_vain_search(typed="区块链", client="a", now=now - timedelta(days=91))
    record_vain_search(typed="挖矿", client="a", now=now - timedelta(days=90))
    assert purge_vain_searches(now=now) == 1
    assert VainSearch.objects.get().words == "挖矿"


def test_the_first_everyday_words_come_into_an_empty_list_only():
    number = import_synonyms()
    assert number == Synonym.objects.count() > 50
    Synonym.objects.exclude(everyday="取钱").delete()
    assert import_synonyms() == 0
    assert START_FILE.exists()


def test_an_everyday_word_leads_at_once_and_until_it_is_taken_away(course_site, django_capture_on_commit_callbacks):
    course_site.lesson(title="赎回要几天")

    def found():
        return [hit.title for hit in search_everything("套现").hits]

    assert found() == []
    with django_capture_on_commit_callbacks(execute=True):
        row = Synonym.objects.create(everyday="套现", terms="赎回、到账")
    assert found() == ["赎回要几天"]
    with django_capture_on_commit_callbacks(execute=True):
        row.terms = ""
        row.save()
    assert found() == []
