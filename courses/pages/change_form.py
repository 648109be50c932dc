"""The form of a lesson or an article: what was said of an earlier change is not said of the next one."""

from typing import Any

from core.pages import BasePageForm


class BodyPageForm(BasePageForm):
    """Shows no words about a change that was listed already: what an editor writes then tells of a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.tells_of_a_listed_change():
            self.initial.update(change_kind="", change_note="")

    def clean(self) -> dict[str, Any]:
        """Number the change that the words tell of: the same words as before may be of a new one."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("change_note") and "change_note" in self.changed_data:
            self.instance.change_number = self.instance.listed_changes().count() + 1
        return cleaned
