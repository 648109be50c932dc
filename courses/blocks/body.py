"""The blocks of a lesson or article together."""

from typing import Any

from django.utils.translation import gettext
from wagtail import blocks

from core.blocks import PlainBody
from courses.blocks.figure import FigureBlock, changeable
from courses.blocks.misconception import MisconceptionBlock
from courses.blocks.prediction import PredictionBlock
from courses.blocks.quiz_link import QuizLinkBlock
from courses.blocks.scene import SceneBlock
from courses.blocks.worked_example import WorkedExampleBlock
from courses.media_blocks import MediaBlock
from courses.tools.block import ToolBlock


class LessonBody(PlainBody):
    """The blocks of a lesson or article, in reading order."""

    scene = SceneBlock()
    prediction = PredictionBlock()
    worked_example = WorkedExampleBlock()
    figure = FigureBlock()
    misconception = MisconceptionBlock()
    quiz_link = QuizLinkBlock()
    media = MediaBlock()
    tool = ToolBlock()

    def clean(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the cleaned value; one prediction and one changeable number a page, because the address names them."""
        cleaned = super().clean(value, *args, **kwargs)
        if sum(block.block_type == "prediction" for block in cleaned) > 1:
            raise blocks.StreamBlockValidationError(non_block_errors=[gettext("一篇里只能有一个“先猜一猜”。")])
        figures = [block for block in cleaned if block.block_type == "figure" and changeable(block.value)]
        if len(figures) > 1:
            raise blocks.StreamBlockValidationError(non_block_errors=[gettext("一篇里只能有一张图的数可以改。")])
        return cleaned
