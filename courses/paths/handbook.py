"""The handbook of a path: its lessons as one PDF, to be printed, lent and read without a screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from fpdf.outline import OutlineSection

from core.dates import day_text
from core.facts import one_lookup, shown_facts
from core.pdf import BODY, HAIRLINE, KIND, SMALL, Document, Look
from core.pdf_lines import Run
from core.structured import absolute
from courses.enums import Tier
from courses.models import LearningPath
from courses.pages import LessonPage
from courses.paths.handbook_blocks import html_of, write_block
from courses.qr import draw_qr
from quizzes.models import Misconception

# A change of the layout makes handbooks anew.
_LAYOUT = 1
# 12 points become 16, which is what books in large print have.
_LARGE = 4 / 3
_TITLE = Look(size=30, leading=1.4, font="display", after=4)
_CHAPTER = Look(size=22, leading=1.4, font="display", after=2)
_SEALS = {Tier.BEGINNER.value: "入", Tier.INTERMEDIATE.value: "进", Tier.ADVANCED.value: "高"}


@dataclass(frozen=True)
class Manuscript:
    """What a handbook is made of, read once; ``key`` changes with any of it."""

    path: LearningPath
    chapters: tuple["Chapter", ...]
    misconceptions: Mapping[str, Misconception]
    facts: tuple[Any, ...]
    key: str
    large: bool

    @property
    def as_of(self) -> date:
        """The day of the latest publication among path and lessons."""
        texts: list[Any] = [self.path, *(chapter.lesson for chapter in self.chapters)]
        return timezone.localdate(max(text.last_published_at for text in texts if text.last_published_at))


@dataclass(frozen=True)
class Chapter:
    """A lesson and why it stands here."""

    lesson: LessonPage
    reason: str
    more: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Built:
    """A finished file."""

    content: bytes
    pages: int


def manuscript_of(path: LearningPath, *, large: bool = False) -> Manuscript:
    """Read the public lessons of ``path`` with their misconceptions and facts, in four queries."""
    lessons = {
        lesson.pk: lesson for lesson in LessonPage.objects.filter(pk__in=[item.lesson_id for item in path.steps])
    }
    chapters = tuple(
        Chapter(lessons[item.lesson_id], item.reason, tuple(_more(item))) for item in path.steps if item.lesson_id
    )
    codes = {
        block.value["code"]
        for chapter in chapters
        for block in chapter.lesson.body
        if block.block_type == "misconception"
    }
    misconceptions = {row.code: row for row in Misconception.objects.filter(code__in=codes)}
    keys = [*path.fact_keys()]
    texts: list[Any] = [*(chapter.lesson for chapter in chapters), *misconceptions.values()]
    for text in texts:
        keys += text.fact_keys()
    facts = tuple(shown_facts(keys).values())
    parts: list[Any] = [_LAYOUT, large, settings.SITE_TITLE, settings.BASE_URL, settings.COMPLIANCE_SIGNED, str(path)]
    parts += [path.audience, path.promise, path.live_revision_id]
    parts += [(c.lesson.pk, c.lesson.live_revision_id, c.lesson.url_path, c.reason, c.more) for c in chapters]
    parts += sorted((row.code, row.belief, row.correction, row.why) for row in misconceptions.values())
    parts += [(fact.key, fact.revision_id, fact.text) for fact in facts]
    return Manuscript(path, chapters, misconceptions, facts, sha256(repr(parts).encode()).hexdigest(), large)


def _more(item: Any) -> list[tuple[str, str]]:
    found = []
    if item.shown_drill:
        found.append((_("演练：%(title)s") % {"title": item.shown_drill}, item.shown_drill.get_absolute_url()))
    if item.shown_tool:
        found.append((_("算一算：%(title)s") % {"title": item.shown_tool.title}, item.shown_tool.get_absolute_url()))
    return found


def write_handbook(manuscript: Manuscript) -> Built:
    """Return the handbook as a PDF, in Chinese.

    Takes seconds of a processor. Raises ``NoFontError`` where the machine has no Chinese font.
    """
    with translation.override(settings.LANGUAGE_CODE), one_lookup():
        path = manuscript.path
        document = Document(
            title=_("%(path)s：学习手册") % {"path": path},
            author=settings.SITE_TITLE,
            running_head=f"{settings.SITE_TITLE} · {path}",
            scale=_LARGE if manuscript.large else 1,
        )
        document.set_creation_date(timezone.localtime(path.last_published_at))
        _cover(document, manuscript)
        document.begin()
        document.contents(_contents)
        for number, chapter in enumerate(manuscript.chapters, start=1):
            if number > 1:
                document.begin()
            _chapter(document, chapter, number, manuscript.misconceptions)
        _last_page(document, manuscript)
        return Built(document.finished(), document.pages_count)


def _cover(document: Document, manuscript: Manuscript) -> None:
    path = manuscript.path
    document.begin(running=False)
    document.set_y(58)
    document.heavy_rule()
    document.gap(4)
    document.paragraph(_("大字手册") if manuscript.large else _("学习手册"), Look(size=13, after=3))
    for line in path.title.split("|"):
        document.paragraph(line, replace(_TITLE, after=0))
    document.gap(7)
    document.paragraph(path.promise, Look(size=16, leading=1.6, after=3))
    document.paragraph(_("给：%(audience)s") % {"audience": path.audience}, Look(size=13, colour=SMALL.colour, after=8))
    lessons = _("%(count)d 课，读完约 %(minutes)d 分钟") % {"count": len(manuscript.chapters), "minutes": path.minutes}
    document.paragraph(lessons, Look(size=13))
    document.set_y(214)
    document.heavy_rule()
    document.gap(1)
    document.paragraph(_("本手册不推荐任何产品。"), Look(size=14, font="bold", after=2))
    document.paragraph(_("投资有风险，过往业绩不预示未来表现。人物和数字，没有写明出处的都是虚构的。"), SMALL)
    if not settings.COMPLIANCE_SIGNED:
        document.paragraph(_("示例内容，未经机构合规审核。"), SMALL)
    as_of = _("%(site)s · 内容截至 %(day)s · 版本 %(version)s") % {
        "site": settings.SITE_TITLE,
        "day": day_text(manuscript.as_of),
        "version": manuscript.key[:8],
    }
    document.paragraph(as_of, SMALL)


def _contents(document: Any, outline: Sequence[OutlineSection]) -> None:
    document.set_y(document.t_margin)
    document.paragraph(_("目录"), _CHAPTER)
    document.gap(4)
    number_look = replace(BODY, align="right")
    for section in outline:
        if section.level:
            continue
        lines = document.lines_of(section.name, BODY, document.width - 18)
        top = document.get_y()
        for line in lines:
            document.line_at(line, BODY, document.l_margin, document.width)
            document.set_y(document.get_y() + document.line_of(BODY))
        page = (Run(str(section.page_number)),)
        document.line_at(
            page, number_look, document.l_margin, document.width, document.get_y() - document.line_of(BODY)
        )
        target = document.add_link(page=section.page_number)
        document.link(document.l_margin, top, document.width, document.get_y() - top, target)
        document.gap(1.2)
        document.hairline(HAIRLINE)
        document.gap(1.8)


def _chapter(document: Document, chapter: Chapter, number: int, misconceptions: Mapping[str, Misconception]) -> None:
    lesson = chapter.lesson
    document.start_section(
        document.clean(_("第 %(number)d 课　%(title)s") % {"number": number, "title": lesson}), level=0
    )
    top = document.get_y()
    document.seal(_SEALS.get(lesson.tier, "课"), document.l_margin, top, 11)
    document.set_xy(document.l_margin, top)
    where = _("第 %(number)d 课 · 约 %(minutes)d 分钟") % {"number": number, "minutes": lesson.minutes}
    document.paragraph(where, replace(SMALL, indent=15, after=0.3))
    document.paragraph(_signature(lesson), replace(SMALL, indent=15, after=5))
    for line in lesson.title.split("|"):
        document.paragraph(line, replace(_CHAPTER, after=0))
    document.gap(2)
    if lesson.subtitle:
        document.paragraph(lesson.subtitle, replace(BODY, colour=SMALL.colour))
    document.paragraph(_("为什么在这里：%(reason)s") % {"reason": chapter.reason}, replace(BODY, font="bold"))
    document.paragraph(_("学完这一课：%(objective)s") % {"objective": lesson.objective}, BODY)
    document.paragraph(_("本课不推荐任何产品。"), SMALL)
    document.gap(1)
    document.heavy_rule()
    for item in lesson.outline:
        write_block(document, item.block, number=item.number, misconceptions=misconceptions)
    for words, url in chapter.more:
        document.rich(f'<p><a href="{absolute(url)}">{html_of(words)}</a></p>')
    _sources(document, lesson)


def _signature(lesson: LessonPage) -> str:
    parts = [
        _("作者 %(name)s") % {"name": lesson.author_name} if lesson.author_name else "",
        _("审核 %(name)s") % {"name": lesson.reviewer_name} if lesson.reviewer_name else "",
        _("核对 %(day)s") % {"day": day_text(lesson.checked_on)} if lesson.checked_on else "",
    ]
    return " · ".join(part for part in parts if part)


def _sources(document: Document, lesson: LessonPage) -> None:
    if not lesson.sources:
        return
    document.gap(3)
    document.paragraph(_("出处"), KIND, keep=SMALL.line)
    for number, source in enumerate(lesson.sources, start=1):
        text = html_of(source.value["text"]).replace("<", "&lt;")
        url = source.value["url"]
        words = f'<a href="{url}">{text}</a>' if url else text
        document.rich(f"<p>{number}. {words}</p>", replace(SMALL, after=1))
    document.rich(f'<p><a href="{absolute(str(lesson.url))}">{_("这一课的网页")}</a></p>', SMALL)


def _last_page(document: Document, manuscript: Manuscript) -> None:
    path = manuscript.path
    document.begin()
    document.start_section(_("读完以后"), level=0)
    document.paragraph(_("读完以后"), _CHAPTER)
    document.heavy_rule()
    if manuscript.facts:
        document.paragraph(_("手册里会变的数和电话"), KIND)
        for fact in manuscript.facts:
            checked = _("，%(day)s核对") % {"day": day_text(fact.checked_on)} if fact.checked_on else ""
            document.paragraph(f"{fact.statement}（{fact.source}{checked}）", replace(SMALL, after=1.2))
        document.gap(3)
    document.paragraph(
        _("费率、规则和电话会变。手册印出来就不再改，拿不准的时候，用手机扫一扫，看网页上的最新内容："), BODY
    )
    address = absolute(path.get_absolute_url())
    document.rich(f'<p><a href="{address}">{address}</a></p>')
    code = draw_qr(address)
    document.room(42)
    document.squares(code.cells, code.size, document.l_margin, document.get_y(), 38)
    document.set_y(document.get_y() + 44)
    if path.follow_up and path.follow_up.live:
        document.paragraph(
            _("接着走：%(path)s。%(promise)s") % {"path": path.follow_up, "promise": path.follow_up.promise}
        )
    document.paragraph(
        _("有人催您转账，先停下来，自己找官方电话问清楚。已经转了，马上打 110。"), replace(BODY, font="bold")
    )
    document.paragraph(_("本手册不推荐任何产品，不构成投资建议。"), SMALL)
