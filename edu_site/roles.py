"""Which role may see the editorial calendar, and who plans in it."""

from collections.abc import Mapping

VIEW_CALENDAR = "edu_site.view_editorialplan"
CHANGE_CALENDAR = "edu_site.change_editorialplan"

PERMISSIONS: Mapping[str, list[str]] = {
    "admin": [VIEW_CALENDAR, CHANGE_CALENDAR],
    "editor": [VIEW_CALENDAR, CHANGE_CALENDAR],
    "reviewer": [VIEW_CALENDAR],
}
# The roles whose members a text can be given to.
PLANNED_ROLES = ("admin", "editor", "reviewer")
