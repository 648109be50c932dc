"""StreamField blocks that any page may use; those of lessons are in ``courses.blocks``."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

# What running text may hold: emphasis, lists, links. Headings are blocks of their own, so that contents lists see them.
# A fact is named in it by a chip; in fields of plain text by {fact:KEY} (docs/facts.md).
TEXT_FEATURES = ["bold", "italic", "ul", "ol", "link", "document-link", "fact"]
LINE_FEATURES = ["bold", "italic", "link", "fact"]
# Characters of one stretch of running text: more than any lesson has in one go, less than a paste gone wrong.
LONGEST_TEXT = 20_000
DEFAULT_RISK_DISCLOSURE = "投资有风险，过往业绩不预示未来表现。本课不构成投资建议。"


class SectionBlock(blocks.StructBlock):  # type: ignore[misc]
    """A numbered heading that states its point, with a short form for the contents list."""

    title = blocks.CharBlock(
        label=_("标题"), max_length=60, help_text=_("用一句话说出这一节的结论。想在哪里换行，就在那里写一个“|”。")
    )
    short = blocks.CharBlock(label=_("目录里的短标题"), max_length=20, required=False, help_text=_("不写就用标题。"))

    class Meta:
        label = _("小节标题")
        icon = "title"
        template = "blocks/section.html"


class TextBlock(blocks.RichTextBlock):  # type: ignore[misc]
    """Running text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", TEXT_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        label = _("正文")
        icon = "pilcrow"
        template = "blocks/text.html"
        help_text = _("第一次出现的术语用加粗。")


class MarginNoteBlock(blocks.StructBlock):  # type: ignore[misc]
    """A note beside the text: a term and what it means."""

    term = blocks.CharBlock(label=_("词"), max_length=30)
    html = blocks.RichTextBlock(label=_("解释"), features=LINE_FEATURES)

    class Meta:
        label = _("边注")
        icon = "info-circle"
        template = "blocks/margin_note.html"


class KeyIdeaBlock(blocks.RichTextBlock):  # type: ignore[misc]
    """The one idea that the reader is to take along, set apart from the text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", TEXT_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        label = _("要点")
        icon = "pick"
        template = "blocks/key_idea.html"


class TableBlock(blocks.StructBlock):  # type: ignore[misc]
    """A ruled table of text; the first column names the row."""

    table = TypedTableBlock(
        [("text", blocks.CharBlock(label=_("文字"), required=False))],
        label=_("表格"),
        help_text=_("说明写表格讲的是什么；第一列是每一行的名字。"),
    )
    note = blocks.CharBlock(label=_("表下说明"), required=False, help_text=_("假设的数字要在这里说明是假设。"))

    class Meta:
        label = _("表格")
        icon = "table"
        template = "blocks/table.html"


class RiskDisclosureBlock(blocks.TextBlock):  # type: ignore[misc]
    """The statement that investing has risks."""

    class Meta:
        label = _("风险揭示")
        icon = "warning"
        template = "blocks/risk_disclosure.html"
        default = DEFAULT_RISK_DISCLOSURE


class KeepBlock(blocks.CharBlock):  # type: ignore[misc]
    """The sentence to keep."""

    class Meta:
        label = _("只记一句")
        icon = "openquote"
        template = "blocks/keep.html"
        help_text = _("一篇一句。想在哪里换行，就在那里写一个“|”。")


class IfThenBlock(blocks.StructBlock):  # type: ignore[misc]
    """A rule for oneself: in this situation I do that."""

    if_text = blocks.CharBlock(label=_("如果"), max_length=80)
    then_text = blocks.CharBlock(label=_("我就"), max_length=80)

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add both halves without the words that the card itself prints before them."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {
            **context,
            "if_text": _without_opening(value["if_text"], "如果"),
            "then_text": _without_opening(value["then_text"], "我就"),
        }

    class Meta:
        label = _("给自己定一条规则")
        icon = "decimal"
        template = "blocks/if_then.html"


def _without_opening(text: str, opening: str) -> str:
    """Return ``text`` without ``opening`` at its start, however the author set it off; never an empty text."""
    rest = text.removeprefix("那么").removeprefix(opening).lstrip("，,：: ")
    return rest if text.removeprefix("那么").startswith(opening) and rest else text


class ImageBlock(blocks.StructBlock):  # type: ignore[misc]
    """A picture; what it shows is said in words too."""

    image = ImageChooserBlock(label=_("图片"))
    alt = blocks.CharBlock(
        label=_("替代文字"), max_length=200, help_text=_("看不见图的人靠这句话知道图里有什么。必填。")
    )
    caption = blocks.CharBlock(label=_("图注"), required=False)

    class Meta:
        label = _("图片")
        icon = "image"
        template = "blocks/image.html"


class FaqBlock(blocks.StructBlock):  # type: ignore[misc]
    """A question as people ask it, and the answer."""

    question = blocks.CharBlock(label=_("问题"), max_length=80)
    answer = blocks.RichTextBlock(label=_("回答"), features=TEXT_FEATURES)

    class Meta:
        label = _("问答")
        icon = "help"
        template = "blocks/faq.html"


class StepBlock(blocks.StructBlock):  # type: ignore[misc]
    """One step: what to do, and how."""

    title = blocks.CharBlock(label=_("做什么"), max_length=60)
    html = blocks.RichTextBlock(label=_("怎么做"), features=TEXT_FEATURES, required=False)


class StepsBlock(blocks.StructBlock):  # type: ignore[misc]
    """Numbered steps."""

    items = blocks.ListBlock(StepBlock(), label=_("步骤"))

    class Meta:
        label = _("步骤")
        icon = "list-ol"
        template = "blocks/steps.html"


class SourceBlock(blocks.StructBlock):  # type: ignore[misc]
    """Where a statement comes from."""

    text = blocks.CharBlock(label=_("出处"), help_text=_("文件名、发布日期；写明引用的是什么。"))
    url = blocks.URLBlock(label=_("网址"), required=False)

    class Meta:
        label = _("出处")
        icon = "link"


class PlainBody(blocks.StreamBlock):  # type: ignore[misc]
    """The blocks of an ordinary page."""

    section = SectionBlock()
    text = TextBlock()
    margin_note = MarginNoteBlock()
    key_idea = KeyIdeaBlock()
    table = TableBlock()
    steps = StepsBlock()
    faq = FaqBlock()
    image = ImageBlock()
    risk_disclosure = RiskDisclosureBlock()
    keep = KeepBlock()
    if_then = IfThenBlock()

    def clean(self, value: Any, **kwargs: Any) -> Any:
        """Refuse, beside the block, running text that nobody would read in one go; the rest of the form stays."""
        cleaned = super().clean(value, **kwargs)
        errors: dict[int, ValidationError] = {}
        for place, child in enumerate(cleaned):
            longest = max((len(strip_tags(text.source)) for text in _rich_texts(child.value)), default=0)
            if longest > LONGEST_TEXT:
                words = gettext("这一块有 %(count)d 字，最多 %(limit)d 字。请分成几块。其余的内容都还在。") % {
                    "count": longest,
                    "limit": LONGEST_TEXT,
                }
                errors[place] = (
                    ValidationError(words)
                    if isinstance(child.value, RichText)
                    else blocks.StructBlockValidationError(non_block_errors=[ValidationError(words)])
                )
        if errors:
            raise blocks.StreamBlockValidationError(block_errors=errors)
        return cleaned


def _rich_texts(value: Any) -> Iterator[RichText]:
    """Return the running texts in the value of a block, however deep."""
    if isinstance(value, RichText):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _rich_texts(part)
    elif isinstance(value, blocks.list_block.ListValue):
        for part in value:
            yield from _rich_texts(part)
