"""What the search remembers: everyday words, and what was looked for in vain."""

import re
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core import limits, pagecache
from core.models import Synonym, VainSearch
from core.search.text import fold

START_FILE = Path(__file__).parent.parent / "search" / "synonyms_start.toml"
# Days after which a search in vain is forgotten.
KEPT_DAYS = 90
_SHORTEST, _LONGEST = 2, 20
# What one address may add on a day, and the whole site: garbage fills neither the list nor the disk.
_A_DAY_BY_ADDRESS, _A_DAY = 20, 1000

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
# A short word that begins like a name is taken for one; so is what speaks of a person.
_NAME = re.compile(f"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")
_PERSONAL = re.compile(
    "我叫|我是|名叫|叫做|姓名|名字|身份证|手机号|电话号|微信号|账号|卡号|住在|住址|地址|先生|女士|小姐|大爷|大妈|阿姨|叔叔|老公|老婆|丈夫|妻子|儿子|女儿|"
    f"[{_SURNAMES}](?:经理|总|老师|某)"
)
_ADDRESS = re.compile(r"[@＠]|https?:|www\.|\d[\d\s-]{4,}", re.IGNORECASE)
_KEPT = re.compile("[^a-z\u3400-\u9fff]+")


def import_synonyms() -> int:
    """Put the words of the start file into an empty list; return how many. A list that has words is left alone."""
    with transaction.atomic():
        if Synonym.objects.exists():
            return 0
        words = tomllib.loads(START_FILE.read_text("utf-8"))["synonyms"]
        rows = Synonym.objects.bulk_create(Synonym(everyday=word, terms=terms) for word, terms in words.items())
        pagecache.purge_on_commit()
    return len(rows)


def anonymous_words(typed: str) -> str:
    """Return ``typed`` as it may be kept, without digits and marks; nothing where it could tell of a person."""
    folded = fold(typed)
    if _ADDRESS.search(folded):
        return ""
    words = _KEPT.sub(" ", folded).strip()
    together = words.replace(" ", "")
    if not _SHORTEST <= len(together) <= _LONGEST or _PERSONAL.search(together) or _NAME.fullmatch(together):
        return ""
    return words


def record_vain_search(*, typed: str, client: str, now: datetime) -> bool:
    """Count that nothing answers ``typed`` and return whether it was counted.

    Kept is a day and a number, of what ``anonymous_words`` lets through; at most so many words from one address a day,
    and so many different words of a day.
    """
    words = anonymous_words(typed)
    today = _day(now)
    if not words:
        return False
    try:
        limits.hit(key=f"vain:{client}", limit=_A_DAY_BY_ADDRESS, window=timedelta(days=1), now=now)
    except limits.LimitExceeded:
        return False
    with transaction.atomic():
        rows = VainSearch.objects.filter(words=words, day=today)
        if rows.update(count=F("count") + 1):
            return True
        if VainSearch.objects.filter(day=today).count() >= _A_DAY:
            return False
        VainSearch.objects.bulk_create([VainSearch(words=words, day=today)], ignore_conflicts=True)
    return True


def purge_vain_searches(*, now: datetime) -> int:
    """Forget what was looked for in vain long ago; return how many rows."""
    return VainSearch.objects.filter(day__lt=_day(now) - timedelta(days=KEPT_DAYS)).delete()[0]


def _day(now: datetime) -> date:
    return timezone.localdate(now)
