"""The form in which a question is written; saving it makes a version."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.snippets.blocks import SnippetChooserBlock

from core.fact_texts import block_error, text_error
from core.facts import unknown_keys
from quizzes.actions.questions import check_twin
from quizzes.content import OptionContent, QuestionContent
from quizzes.errors import QuestionInvalidError
from quizzes.models import Question
from quizzes.models.questions import OPTION_KEYS


class OptionBlock(blocks.StructBlock):
    """One option with what to say to whoever chooses it."""

    text = blocks.CharBlock(label=_("选项"), max_length=300)
    correct = blocks.BooleanBlock(label=_("正确选项"), required=False)
    misconception = SnippetChooserBlock(
        "quizzes.Misconception", label=_("对应的误区"), required=False, help_text=_("错误选项必须指明")
    )
    true_part = blocks.TextBlock(label=_("想得对的地方"), required=False, rows=2)
    breaks = blocks.TextBlock(label=_("在哪里断了"), required=False, rows=2, help_text=_("错误选项必须写"))
    remedy = blocks.CharBlock(label=_("记一句"), required=False, help_text=_("错误选项必须写"))

    class Meta:
        icon = "list-ul"
        label = _("选项")


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, widget=AdminAutoHeightTextInput())


class QuestionForm(WagtailAdminModelForm):
    """Shows the newest version; ``content`` is what the next one would freeze."""

    stem = _text(_("情境"), _("谁遇到了什么，原话怎么说"))
    ask = _text(_("问题"), _("单独一句，问的到底是什么"))
    explanation = _text(_("讲解"), _("为什么这样想是对的。最后可以写“记一句：……”"))
    section = forms.IntegerField(label=_("对应课文第几节"), required=False, min_value=1, max_value=99)
    expected_facility = forms.DecimalField(
        label=_("预计正确率"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(1),
        max_digits=3,
        decimal_places=2,
        help_text=_("0 到 1 之间，如 0.70"),
    )
    options = blocks.base.BlockField(
        label=_("选项"),
        block=blocks.ListBlock(OptionBlock(), min_num=2, max_num=len(OPTION_KEYS)),
        help_text=_("读者看到的顺序每次打乱；这里的顺序不会露出去"),
    )

    class Meta:
        model = Question
        fields = ("code", "lesson", "twin_of", "kind", "dimension")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        newest = instance.newest_version if instance is not None and instance.pk else None
        if newest is not None:
            kwargs["initial"] = {**_initial(QuestionContent.of(newest)), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if newest is not None:
            self.fields["code"].disabled = True
        if "options" in self.fields and "options" not in self.initial:
            self.initial["options"] = self.fields["options"].block.get_default()

    def clean(self) -> Any:
        cleaned = super().clean()
        self._refuse_unknown_facts()
        if not self.errors:
            try:
                self.content.check()
                check_twin(question=self.instance, twin_of=cleaned["twin_of"])
            except QuestionInvalidError as error:
                raise ValidationError(str(error)) from error
        return cleaned

    def _refuse_unknown_facts(self) -> None:
        """Say beside the field that names it that a fact does not exist."""
        texts = {name: self.cleaned_data.get(name) or "" for name in ("stem", "ask", "explanation")}
        options = self.cleaned_data.get("options") or []
        spoken = [str(text) for option in options for text in option.values() if isinstance(text, str)]
        unknown = set(unknown_keys([*texts.values(), *spoken]))
        for name, text in texts.items():
            error = text_error([text], unknown)
            if error is not None:
                self.add_error(name, error)
        error = block_error(self.fields["options"].block, options, unknown) if unknown else None
        if error is not None:
            self.add_error("options", error)

    @property
    def content(self) -> QuestionContent:
        """What the cleaned form says."""
        data = self.cleaned_data
        return QuestionContent(
            kind=data["kind"],
            dimension=data["dimension"],
            stem=data["stem"].strip(),
            ask=data["ask"].strip(),
            explanation=data["explanation"].strip(),
            section=data["section"],
            expected_facility=data["expected_facility"],
            options=tuple(
                OptionContent(
                    text=option["text"].strip(),
                    correct=option["correct"],
                    misconception_id=option["misconception"].pk if option["misconception"] else None,
                    true_part=option["true_part"].strip(),
                    breaks=option["breaks"].strip(),
                    remedy=option["remedy"].strip(),
                )
                for option in data["options"]
            ),
        )


def _initial(content: QuestionContent) -> dict[str, Any]:
    block = QuestionForm.base_fields["options"].block  # type: ignore[attr-defined]
    return {
        "stem": content.stem,
        "ask": content.ask,
        "explanation": content.explanation,
        "section": content.section,
        "expected_facility": content.expected_facility,
        "options": block.to_python(
            [
                {
                    "text": option.text,
                    "correct": option.correct,
                    "misconception": option.misconception_id,
                    "true_part": option.true_part,
                    "breaks": option.breaks,
                    "remedy": option.remedy,
                }
                for option in content.options
            ]
        ),
    }
