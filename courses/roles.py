"""Which role may do what with the glossary, drills, paths, recordings, certificates; pages have Wagtail's own."""

from collections.abc import Mapping

VIEW_FEEDBACK = "courses.view_lesson_feedback"
_WRITE = [
    f"courses.{action}_{model}"
    for model in ("drill", "glossaryterm", "learningpath", "mediafile")
    for action in ("view", "add", "change", "delete")
]

PERMISSIONS: Mapping[str, list[str]] = {
    "admin": [
        *_WRITE,
        "courses.view_tiertest",
        "courses.add_tiertest",
        "courses.change_tiertest",
        "courses.delete_tiertest",
        "courses.revoke_certificate",
        VIEW_FEEDBACK,
    ],
    "editor": [*_WRITE, VIEW_FEEDBACK],
    "reviewer": [
        "courses.view_drill",
        "courses.change_drill",
        "courses.view_learningpath",
        "courses.change_learningpath",
        "courses.view_glossaryterm",
        "courses.change_glossaryterm",
        "courses.view_mediafile",
        VIEW_FEEDBACK,
    ],
}
