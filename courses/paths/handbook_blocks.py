"""The blocks of a lesson as a handbook prints them: what a control does on the page is written out."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from core.pdf import BODY, INK, KIND, SMALL, SOFT, VERMILION, Document, Look
from core.pdf_table import RuledTable
from core.structured import absolute
from courses.blocks import CHECK_KEYS, GUESS_KEYS, chart_of
from courses.charts import describe
from courses.paths.chart_pdf import draw_chart
from courses.tools.catalog import TOOLS

HEADING = Look(size=15, leading=1.45, font="display", after=2.5)
_KEEP = Look(size=16, leading=1.5, font="display", after=3)
_BOLD = replace(BODY, font="bold", after=1.2)
_BAMBOO = (62, 107, 87)


def write_block(document: Document, block: Any, *, number: int, misconceptions: Mapping[str, Any]) -> None:
    """Write one block of a body; ``number`` is that of the section, ``misconceptions`` are by code."""
    if block.block_type == "misconception":
        _misconception(document, misconceptions.get(block.value["code"]))
    elif block.block_type == "section":
        _section(document, block.value, number)
    else:
        _WRITERS[block.block_type](document, block)


def html_of(value: Any) -> str:
    """Return rich text with its links as addresses that lead here from anywhere."""
    html = expand_db_html(getattr(value, "source", None) or str(value or ""))
    return html.replace('href="/', f'href="{settings.BASE_URL}/')


def plain(text: Any) -> str:
    """Return a title without its phrase marks."""
    return str(text or "").replace("|", "")


def _section(document: Document, value: Any, number: int) -> None:
    document.gap(5)
    document.room(document.line_of(HEADING) * 2 + document.line_of(BODY) * 2)
    title = plain(value["title"])
    document.start_section(document.clean(plain(value["short"]) or title, "display"), level=1)
    document.paragraph(f"{number}　{title}", HEADING, keep=document.line_of(BODY))


def _text(document: Document, block: Any) -> None:
    document.rich(html_of(block.value))


def _scene(document: Document, block: Any) -> None:
    value = block.value
    document.rich(html_of(value["html"]))
    if value["say"]:
        with document.set_apart(VERMILION):
            document.paragraph(plain(value["say"]), replace(BODY, size=13, font="display"))
        document.gap(1)
    document.rich(html_of(value["after"]))


def _prediction(document: Document, block: Any) -> None:
    value = block.value
    document.gap(2)
    document.room(document.line_of(BODY) * (len(value["options"]) + 3))
    document.hairline(INK, 0.3)
    document.gap(2.5)
    document.paragraph(_("先猜一猜"), KIND)
    document.paragraph(plain(value["question"]), _BOLD)
    for key, option in zip(GUESS_KEYS, value["options"], strict=False):
        document.paragraph(f"{key.upper()}　{option['text']}", replace(BODY, after=0.6, indent=4))
    answer = next((option for option in value["options"] if option["answer"]), None)
    document.gap(1.5)
    document.paragraph(_("猜好了再往下看"), SMALL)
    with document.set_apart(_BAMBOO):
        if answer:
            document.paragraph(_("这一课算出来：%(answer)s") % {"answer": answer["text"]}, _BOLD)
        document.rich(html_of(value["reveal"]))
    document.hairline(INK, 0.3)
    document.gap(4)


def _check(document: Document, block: Any) -> None:
    value = block.value
    document.gap(2)
    document.room(document.line_of(BODY) * (len(value["options"]) + 3))
    document.paragraph(_("检查一下这一点"), KIND)
    document.paragraph(plain(value["question"]), _BOLD)
    for key, option in zip(CHECK_KEYS, value["options"], strict=False):
        document.paragraph(f"{key.upper()}　{option['text']}", replace(BODY, after=0.6, indent=4))
    document.gap(1.5)
    for key, option in zip(CHECK_KEYS, value["options"], strict=False):
        if option["right"]:
            with document.set_apart(_BAMBOO):
                document.paragraph(_("对的是：%(answer)s") % {"answer": f"{key.upper()}　{option['text']}"}, _BOLD)
                document.paragraph(option["feedback"], BODY)
    document.gap(2)


def _margin_note(document: Document, block: Any) -> None:
    term = escape(block.value["term"])
    document.rich(f"<p><b>{term}</b>　{_without_paragraph(html_of(block.value['html']))}</p>", replace(SMALL, indent=6))


def _without_paragraph(html: str) -> str:
    return html.replace("</p><p>", "<br>").replace("<p>", "").replace("</p>", "").strip()


def _key_idea(document: Document, block: Any) -> None:
    document.gap(1)
    with document.set_apart(_BAMBOO):
        document.paragraph(_("要点"), KIND, keep=document.line_of(BODY))
        document.rich(html_of(block.value))
    document.gap(1)


def _table(document: Document, block: Any) -> None:
    table = block.value["table"]
    if table.caption:
        document.paragraph(plain(table.caption), _BOLD, keep=document.line_of(BODY) * 3)
    head = [str(column["heading"]) for column in table.columns]
    rows = [[str(cell.value if hasattr(cell, "value") else cell) for cell in row] for row in table.rows]
    longest = [max([len(head[place]), *(min(len(row[place]), 40) for row in rows)]) for place in range(len(head))]
    RuledTable(document, head, [max(length, 6) for length in longest]).write(rows)
    if block.value["note"]:
        document.paragraph(block.value["note"], SMALL)


def _worked_example(document: Document, block: Any) -> None:
    context = block.block.get_context(block.value)
    document.gap(2)
    document.paragraph(plain(block.value["caption"]), _BOLD, keep=document.line_of(BODY) * 4)
    document.paragraph(block.value["assumptions"], SMALL, keep=document.line_of(BODY) * 3)
    one_unit = context["one_unit"]
    amount = _("金额（%(unit)s）") % {"unit": one_unit} if one_unit else _("结果")
    rows = [
        [
            f"{row['label']}\n{row['shown']}" if row["shown"] else row["label"],
            row["result"] if one_unit else f"{row['result']} {row['unit']}",
        ]
        for row in context["lines"]
    ]
    total = context["total"]
    rows.append([total["label"], total["result"] if one_unit else f"{total['result']} {total['unit']}"])
    RuledTable(document, [_("项目与算法"), amount], (5, 2), frozenset({1})).write(rows, bold_last=True)
    if context["outcomes"]:
        marks = {"up": _("▲ 多"), "down": _("▼ 少")}
        head = [_("情形"), _("得到（%(unit)s）") % {"unit": total["unit"]}, _("比投入")]
        RuledTable(document, head, (4, 2, 2), frozenset({1, 2})).write(
            [
                [
                    row["label"],
                    row["result"],
                    f"{marks[row['direction']]} {row['change']}" if row["direction"] in marks else _("不多不少"),
                ]
                for row in context["outcomes"]
            ]
        )
    if block.value["left_out"]:
        document.paragraph(_("没有算进去的：") + block.value["left_out"], SMALL)


def _figure(document: Document, block: Any) -> None:
    value = block.value
    chart = chart_of(value)
    document.gap(2)
    document.paragraph(plain(value["title"]), _BOLD, keep=60)
    draw_chart(document, chart, value["y_unit"])
    document.paragraph(value["summary"] or describe(value["x_label"], value["y_unit"], chart), SMALL)
    document.paragraph(value["note"], SMALL)
    document.gap(1)


def _misconception(document: Document, row: Any) -> None:
    if row is None:
        return
    document.gap(1)
    document.room(document.line_of(BODY) * 3)
    document.paragraph(
        _("误区：%(words)s") % {"words": row.belief}, replace(BODY, colour=SOFT, after=0.8), keep=document.line_of(BODY)
    )
    with document.set_apart(_BAMBOO):
        document.paragraph(_("正解：%(words)s") % {"words": plain(row.correction)}, _BOLD)
        if row.why:
            document.paragraph(row.why, BODY)
    document.gap(1)


def _keep(document: Document, block: Any) -> None:
    document.gap(3)
    document.room(30)
    document.heavy_rule()
    document.paragraph(_("只记一句"), KIND)
    document.paragraph(plain(block.value), _KEEP)


def _if_then(document: Document, block: Any) -> None:
    context = block.block.get_context(block.value)
    document.gap(1)
    document.paragraph(_("给自己定一条规则"), KIND, keep=document.line_of(BODY) * 2)
    document.rich(
        f"<p><b>{_('如果')}</b>　{escape(plain(context['if_text']))}</p>"
        f"<p><b>{_('我就')}</b>　{escape(plain(context['then_text']))}</p>"
    )


def _risk_disclosure(document: Document, block: Any) -> None:
    document.paragraph(str(block.value), replace(SMALL, font="bold"))


def _quiz_link(document: Document, block: Any) -> None:
    address = absolute(f"/quizzes/{block.value['quiz']}/")
    words = f"{_('检查一下')}：{plain(block.value['text'])}"
    document.rich(f'<p>{escape(words)} <a href="{escape(address)}">{_("去做小测验")}</a></p>', SMALL)


def _tool(document: Document, block: Any) -> None:
    tool = next((tool for tool in TOOLS if tool.slug == block.value["tool"]), None)
    if tool is not None:
        words = f"{_('算一算')}：{tool.title}"
        document.rich(
            f'<p>{escape(words)} <a href="{absolute(tool.get_absolute_url())}">{_("改一改数字")}</a></p>', SMALL
        )


def _drill(document: Document, block: Any) -> None:
    drill = block.value["drill"]
    if drill is not None and drill.live:
        words = f"{_('情景演练')}：{plain(drill.title)}"
        address = absolute(drill.get_absolute_url())
        document.rich(f'<p>{escape(words)} <a href="{escape(address)}">{_("走一遍")}</a></p>', SMALL)


def _media(document: Document, block: Any) -> None:
    document.paragraph(_("音视频：%(title)s（在网页上看）") % {"title": block.value["title"]}, SMALL)
    document.rich(html_of(block.value["transcript"]))


def _image(document: Document, block: Any) -> None:
    value = block.value
    rendition = value["image"].get_rendition("max-1260x1260|format-png")
    width = min(document.width, 120)
    height = width * rendition.height / rendition.width
    document.room(height + document.line_of(SMALL))
    with rendition.file.open("rb") as file:
        document.image(io.BytesIO(file.read()), x=document.l_margin, y=document.get_y(), w=width, alt_text=value["alt"])
    document.set_y(document.get_y() + height + 2)
    document.paragraph(value["caption"] or value["alt"], SMALL)


def _faq(document: Document, block: Any) -> None:
    document.paragraph(block.value["question"], _BOLD, keep=document.line_of(BODY))
    document.rich(html_of(block.value["answer"]))


def _steps(document: Document, block: Any) -> None:
    for number, step in enumerate(block.value["items"], start=1):
        document.paragraph(f"{number}. {step['title']}", _BOLD, keep=document.line_of(BODY))
        document.rich(html_of(step["html"]))


_WRITERS: Mapping[str, Callable[[Document, Any], None]] = {
    "text": _text,
    "scene": _scene,
    "prediction": _prediction,
    "check": _check,
    "margin_note": _margin_note,
    "key_idea": _key_idea,
    "table": _table,
    "worked_example": _worked_example,
    "figure": _figure,
    "keep": _keep,
    "if_then": _if_then,
    "risk_disclosure": _risk_disclosure,
    "quiz_link": _quiz_link,
    "tool": _tool,
    "drill": _drill,
    "media": _media,
    "image": _image,
    "faq": _faq,
    "steps": _steps,
}
