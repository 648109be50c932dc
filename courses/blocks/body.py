"""The blocks of a lesson or article together."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from wagtail import blocks

from core.blocks import PlainBody
from courses.blocks.check import CheckBlock
from courses.blocks.drill_link import DrillLinkBlock
from courses.blocks.figure import FigureBlock, changeable
from courses.blocks.linked import LinkedFaqBlock, LinkedKeyIdeaBlock, LinkedStepsBlock, LinkedTextBlock
from courses.blocks.misconception import MisconceptionBlock
from courses.blocks.prediction import PredictionBlock
from courses.blocks.quiz_link import QuizLinkBlock
from courses.blocks.scene import SceneBlock
from courses.blocks.worked_example import WorkedExampleBlock
from courses.media_blocks import MediaBlock
from courses.tools.block import ToolBlock


class LessonBody(PlainBody):
    """The blocks of a lesson or article, in reading order."""

    text = LinkedTextBlock()
    key_idea = LinkedKeyIdeaBlock()
    steps = LinkedStepsBlock()
    faq = LinkedFaqBlock()
    scene = SceneBlock()
    prediction = PredictionBlock()
    check = CheckBlock()
    worked_example = WorkedExampleBlock()
    figure = FigureBlock()
    misconception = MisconceptionBlock()
    quiz_link = QuizLinkBlock()
    media = MediaBlock()
    tool = ToolBlock()
    drill = DrillLinkBlock()

    def clean(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the cleaned value; one guess, one check and one changeable number a page: the address names them."""
        cleaned = super().clean(value, *args, **kwargs)
        errors: dict[int, ValidationError] = {}
        for places, message in (
            (_places(cleaned, "prediction"), gettext("一篇里只能有一个“先猜一猜”。")),
            (_places(cleaned, "check"), gettext("一篇里只能有一个“检查一下这一点”。")),
            (_changeable_figures(cleaned), gettext("一篇里只能有一张图的数可以改。")),
        ):
            for place in places[1:]:
                errors[place] = blocks.StructBlockValidationError(non_block_errors=[ValidationError(message)])
        if errors:
            raise blocks.StreamBlockValidationError(block_errors=errors)
        return cleaned


def _places(stream: Any, block_type: str) -> list[int]:
    return [place for place, block in enumerate(stream) if block.block_type == block_type]


def _changeable_figures(stream: Any) -> list[int]:
    return [place for place in _places(stream, "figure") if changeable(stream[place].value)]
