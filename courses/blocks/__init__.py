"""StreamField blocks of lessons and articles. They render data; what needs the database comes in by the context."""

from courses.blocks.address import CHECK_KEYS, GUESS_KEYS, offered
from courses.blocks.body import LessonBody
from courses.blocks.check import CheckBlock
from courses.blocks.drill_link import DrillLinkBlock
from courses.blocks.figure import FigureBlock, changeable, chart_of, read_change
from courses.blocks.misconception import MisconceptionBlock
from courses.blocks.prediction import PredictionBlock
from courses.blocks.quiz_link import QuizLinkBlock
from courses.blocks.scene import SceneBlock
from courses.blocks.worked_example import WorkedExampleBlock, worked_example_errors

__all__ = [
    "CHECK_KEYS",
    "GUESS_KEYS",
    "CheckBlock",
    "DrillLinkBlock",
    "FigureBlock",
    "LessonBody",
    "MisconceptionBlock",
    "PredictionBlock",
    "QuizLinkBlock",
    "SceneBlock",
    "WorkedExampleBlock",
    "changeable",
    "chart_of",
    "offered",
    "read_change",
    "worked_example_errors",
]
