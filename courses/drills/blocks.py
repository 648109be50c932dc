"""The blocks of a drill: steps with choices, and endings. ``courses.drills.tree`` says whether they can be walked."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from core.blocks import LINE_FEATURES, TEXT_FEATURES, IfThenBlock
from courses.drills.tree import FEWEST_WAYS, Node, Problem, problems
from courses.enums import DrillOutcome

MOST_NODES = 40
MOST_WAYS = 4
_KEY = r"^[a-z][a-z0-9_]{0,19}$"
_KEY_ERROR = {"invalid": _("编号用小写英文字母、数字和下划线，以字母开头。")}


def _key_block(**kwargs: Any) -> blocks.RegexBlock:
    return blocks.RegexBlock(regex=_KEY, error_messages=_KEY_ERROR, **kwargs)


class MessageBlock(blocks.StructBlock):  # type: ignore[misc]
    """What somebody writes or says, in their own words."""

    who = blocks.CharBlock(label=_("谁"), max_length=20, help_text=_("例如：助理、群友、家人。"))
    text = blocks.TextBlock(label=_("原话"), help_text=_("写原话，不加引号。"))
    own = blocks.BooleanBlock(label=_("是读者自己说的"), required=False)

    class Meta:
        label = _("一句话")
        icon = "comment"


class DrillChoiceBlock(blocks.StructBlock):  # type: ignore[misc]
    """Something the reader may do, what is to be said of it, and where it leads."""

    text = blocks.CharBlock(label=_("选项"), max_length=60)
    feedback = blocks.TextBlock(
        label=_("选了以后说什么"), help_text=_("先说这样想对在哪里，再说断在哪里。不责备，不夸奖。")
    )
    next = _key_block(label=_("接到哪里"), help_text=_("写一步或一个结局的编号。"))

    class Meta:
        label = _("选项")
        icon = "arrow-right"


class MomentBlock(blocks.StructBlock):  # type: ignore[misc]
    """A step: something happens, and the reader decides."""

    key = _key_block(label=_("编号"), help_text=_("选项用它接到这里，读者看不到。"))
    title = blocks.CharBlock(label=_("标题"), max_length=40, help_text=_("想在哪里换行，就在那里写一个“|”。"))
    html = blocks.RichTextBlock(label=_("发生了什么"), features=TEXT_FEATURES)
    messages = blocks.ListBlock(MessageBlock(), label=_("对话"), default=[])
    ask = blocks.CharBlock(label=_("问什么"), max_length=60, default=_("您怎么办？"))
    choices = blocks.ListBlock(DrillChoiceBlock(), label=_("选项"), min_num=FEWEST_WAYS, max_num=MOST_WAYS)

    class Meta:
        label = _("一步")
        icon = "help"


class EndingBlock(blocks.StructBlock):  # type: ignore[misc]
    """Where a way ends: what came of it, what to recognise, one rule, and where to turn."""

    key = _key_block(label=_("编号"), help_text=_("选项用它接到这里，读者看不到。"))
    outcome = blocks.ChoiceBlock(label=_("怎么样"), choices=DrillOutcome.choices)
    title = blocks.CharBlock(label=_("标题"), max_length=40, help_text=_("想在哪里换行，就在那里写一个“|”。"))
    html = blocks.RichTextBlock(label=_("发生了什么"), features=TEXT_FEATURES)
    pattern = blocks.RichTextBlock(
        label=_("要认出的"), features=LINE_FEATURES, help_text=_("下次换了样子，凭什么认出来。")
    )
    rule = IfThenBlock(label=_("一条规则"))
    report = blocks.RichTextBlock(
        label=_("去哪里报、找谁问"), features=TEXT_FEATURES, help_text=_("热线从“事实”里选，不写死。")
    )

    class Meta:
        label = _("结局")
        icon = "flag"


class DrillSteps(blocks.StreamBlock):  # type: ignore[misc]
    """Steps and endings, the beginning first. A draft may be unfinished; what is submitted can be walked."""

    moment = MomentBlock()
    ending = EndingBlock()

    def clean(self, value: Any) -> Any:
        """Return the cleaned value; refuse what cannot be walked, beside the choice or step at fault."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            error = tree_error(cleaned)
            if error is not None:
                raise error
        return cleaned

    class Meta:
        max_num = MOST_NODES


def nodes_of(steps: Any) -> list[Node]:
    """Return the shape of a stream of steps."""
    return [
        Node(
            key=str(block.value["key"] or ""),
            ways=tuple(str(choice["next"] or "") for choice in block.value.get("choices") or ()),
            is_ending=block.block_type == "ending",
        )
        for block in steps
    ]


def tree_error(steps: Any) -> ValidationError | None:
    """Return what keeps ``steps`` from being walked, nested as their form shows errors; None when nothing does."""
    found = problems(nodes_of(steps))
    if not found:
        return None
    places = dict.fromkeys(problem.place for problem in found if problem.place is not None)
    beside: dict[int, ValidationError] = {
        place: _node_error([problem for problem in found if problem.place == place]) for place in places
    }
    whole = [problem.message for problem in found if problem.place is None]
    error: ValidationError = StreamBlockValidationError(
        block_errors=beside, non_block_errors=[ValidationError(message) for message in whole]
    )
    return error


def _node_error(found: Sequence[Problem]) -> ValidationError:
    fields: dict[str, ValidationError] = {}
    own = [problem.message for problem in found if problem.way is None]
    if own:
        fields["key"] = ValidationError(own)
    ways = {
        problem.way: StructBlockValidationError(block_errors={"next": ValidationError(problem.message)})
        for problem in found
        if problem.way is not None
    }
    if ways:
        fields["choices"] = ListBlockValidationError(block_errors=ways)
    error: ValidationError = StructBlockValidationError(block_errors=fields)
    return error
