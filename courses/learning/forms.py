"""Input of the learning views; what a browser remembers is read strictly, it may come from anywhere."""

import json
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.actions.progress import GuestProgress
from courses.enums import Clarity
from courses.forms import LARGEST_ID
from courses.learning.sections import Section
from courses.models.learning import BLOCK_ID_LENGTH

MOST_LESSONS = 200
_MOST_SECTIONS = 100
_LONGEST_LIST = 1_000_000
# Milliseconds at the end of the year 2099: the browser's clock may be wrong, the number may not be nonsense.
_LATEST = 4_102_444_800_000


class ProgressForm(forms.Form):
    """What a lesson reports about its reader: the section being read, those reached, and whether it is finished."""

    lesson = forms.IntegerField(min_value=1, max_value=LARGEST_ID)
    place = forms.CharField(required=False, max_length=BLOCK_ID_LENGTH)
    reached = forms.CharField(required=False, max_length=_MOST_SECTIONS * (BLOCK_ID_LENGTH + 1))
    finished = forms.BooleanField(required=False)

    def clean_reached(self) -> list[str]:
        """Return the ids of blocks, which are written with spaces between them."""
        return str(self.cleaned_data["reached"]).split()


class MergeForm(forms.Form):
    """What a browser remembers of the lessons that were read in it without an account."""

    lessons = forms.CharField(max_length=_LONGEST_LIST)

    def clean_lessons(self) -> list[GuestProgress]:
        """Return the entries; raise ``ValidationError`` unless all of them can be read."""
        try:
            given = json.loads(self.cleaned_data["lessons"])
        except (ValueError, RecursionError) as error:
            raise ValidationError(gettext("没有看懂要合并的进度。")) from error
        if not isinstance(given, list) or len(given) > MOST_LESSONS:
            raise ValidationError(gettext("没有看懂要合并的进度。"))
        return [_entry(raw) for raw in given]


def _entry(raw: Any) -> GuestProgress:
    if not isinstance(raw, dict):
        raise ValidationError(gettext("没有看懂要合并的进度。"))
    reached, last, finished = raw.get("reached", []), raw.get("last", ""), raw.get("finished")
    known = (
        _is_number(raw.get("lesson"), LARGEST_ID)
        and isinstance(reached, list)
        and len(reached) <= _MOST_SECTIONS
        and all(_is_block(block) for block in [*reached, last])
        and _is_number(raw.get("at"), _LATEST)
        and (finished is None or _is_number(finished, _LATEST))
    )
    if not known:
        raise ValidationError(gettext("没有看懂要合并的进度。"))
    return GuestProgress(
        lesson_id=raw["lesson"],
        reached=tuple(reached),
        last_block=last,
        read_at=_moment(raw["at"]),
        finished_at=None if finished is None else _moment(finished),
    )


def _is_number(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _is_block(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= BLOCK_ID_LENGTH


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


class SeenForm(forms.Form):
    """Which changes were read."""

    lesson = forms.IntegerField(min_value=1, max_value=LARGEST_ID)
    change = forms.IntegerField(min_value=1, max_value=LARGEST_ID)


class BookmarkForm(forms.Form):
    """The lesson, or the section of it, to be marked."""

    lesson = forms.IntegerField(min_value=1, max_value=LARGEST_ID)
    block = forms.CharField(required=False, max_length=BLOCK_ID_LENGTH)


class NoteForm(forms.Form):
    """A note, with the version that its form was opened with. The action says what is wrong with the text."""

    text = forms.CharField(required=False, strip=False)
    version = forms.IntegerField(min_value=0, max_value=LARGEST_ID, required=False)

    def clean_version(self) -> int:
        """Return the version; none is a new note."""
        return self.cleaned_data["version"] or 0


class ClarityForm(forms.Form):
    """说清楚了吗？"""

    answer = forms.ChoiceField(
        label=_("这一课说清楚了吗？"),
        choices=Clarity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    block = forms.ChoiceField(label=_("哪一节没懂"), required=False, help_text=_("只在选了“有一处没懂”时要选。"))

    def __init__(self, *args: Any, sections: list[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(section.block, section.title) for section in sections]
        self.fields["block"].choices = [("", gettext("请选一节")), *choices]  # type: ignore[attr-defined]
        if not choices:
            del self.fields["block"]
