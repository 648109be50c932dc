"""Which role may see the editorial calendar, who plans in it, and who teaches the search."""

from collections.abc import Mapping

VIEW_CALENDAR = "edu_site.view_editorialplan"
CHANGE_CALENDAR = "edu_site.change_editorialplan"
VIEW_VAIN_SEARCHES = "core.view_vainsearch"
_SEARCH = [
    VIEW_VAIN_SEARCHES,
    *(f"core.{action}_synonym" for action in ("view", "add", "change", "delete")),
]

PERMISSIONS: Mapping[str, list[str]] = {
    "admin": [VIEW_CALENDAR, CHANGE_CALENDAR, *_SEARCH],
    "editor": [VIEW_CALENDAR, CHANGE_CALENDAR, *_SEARCH],
    "reviewer": [VIEW_CALENDAR],
}
# The roles whose members a text can be given to.
PLANNED_ROLES = ("admin", "editor", "reviewer")
