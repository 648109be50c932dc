"""Which role may do what with the glossary, drills and recordings. Pages are governed by Wagtail's page permissions."""

from collections.abc import Mapping

_WRITE = [
    f"courses.{action}_{model}"
    for model in ("drill", "glossaryterm", "mediafile")
    for action in ("view", "add", "change", "delete")
]

PERMISSIONS: Mapping[str, list[str]] = {
    "admin": _WRITE,
    "editor": _WRITE,
    "reviewer": [
        "courses.view_drill",
        "courses.change_drill",
        "courses.view_glossaryterm",
        "courses.change_glossaryterm",
        "courses.view_mediafile",
    ],
}
