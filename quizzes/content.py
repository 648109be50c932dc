"""The words of a question before they become a version, and the rules that make them a question."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.facts import unknown_keys
from quizzes.enums import QuestionKind, RiskDimension
from quizzes.errors import QuestionInvalidError
from quizzes.models import QuestionVersion
from quizzes.models.questions import OPTION_KEYS

_FEWEST_OPTIONS = 2


@dataclass(frozen=True)
class OptionContent:
    """One option; ``misconception_id`` is required where it is wrong."""

    text: str
    correct: bool
    misconception_id: int | None = None
    true_part: str = ""
    breaks: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class QuestionContent:
    """Everything that a version freezes; equal contents make no new version."""

    kind: str
    dimension: str
    stem: str
    ask: str
    explanation: str
    options: tuple[OptionContent, ...]
    section: int | None = None
    expected_facility: Decimal | None = None

    @classmethod
    def of(cls, version: QuestionVersion) -> "QuestionContent":
        """Return the content of a stored version."""
        options = sorted(version.options.all(), key=lambda option: option.key)
        return cls(
            kind=version.kind,
            dimension=version.dimension,
            stem=version.stem,
            ask=version.ask,
            explanation=version.explanation,
            section=version.section,
            expected_facility=version.expected_facility,
            options=tuple(
                OptionContent(
                    text=option.text,
                    correct=option.correct,
                    misconception_id=option.misconception_id,
                    true_part=option.true_part,
                    breaks=option.breaks,
                    remedy=option.remedy,
                )
                for option in options
            ),
        )

    def check(self) -> None:
        """Raise ``QuestionInvalidError`` unless a reader can be asked this and told what went wrong."""
        right = sum(option.correct for option in self.options)
        texts = [option.text.strip() for option in self.options]
        if self.kind not in QuestionKind.values or self.dimension not in RiskDimension.values:
            raise QuestionInvalidError(_("请选择题型和风险维度。"))
        if not (self.stem.strip() and self.ask.strip() and self.explanation.strip()):
            raise QuestionInvalidError(_("情境、问题和讲解都要写。"))
        if not _FEWEST_OPTIONS <= len(self.options) <= len(OPTION_KEYS):
            raise QuestionInvalidError(_("选项要有 2 到 8 个。"))
        if not all(texts) or len(set(texts)) < len(texts):
            raise QuestionInvalidError(_("每个选项都要有文字，而且不能重复。"))
        if self.kind == QuestionKind.SINGLE and right != 1:
            raise QuestionInvalidError(_("单选题要有且只有一个正确选项。"))
        if right in (0, len(self.options)):
            raise QuestionInvalidError(_("多选题至少有一个正确选项，也至少有一个错误选项。"))
        lost = unknown_keys(self.texts())
        if lost:
            raise QuestionInvalidError(
                _("题目里用到的事实“%(keys)s”没有发布，或编号写错了。") % {"keys": "”、“".join(lost)}
            )
        self._check_distractors(option for option in self.options if not option.correct)

    def texts(self) -> list[str]:
        """Return every text that a reader may get."""
        own = [self.stem, self.ask, self.explanation]
        return own + [
            text for option in self.options for text in (option.text, option.true_part, option.breaks, option.remedy)
        ]

    @staticmethod
    def _check_distractors(wrong: Iterable[OptionContent]) -> None:
        for option in wrong:
            if option.misconception_id is None:
                raise QuestionInvalidError(_("错误选项“%(text)s”要指明对应的误区。") % {"text": option.text})
            if not (option.breaks.strip() and option.remedy.strip()):
                raise QuestionInvalidError(
                    _("错误选项“%(text)s”要写明在哪里断了，并给一句可以记住的话。") % {"text": option.text}
                )
