"""Which role may do what with facts: editors write, reviewers read and approve."""

from collections.abc import Mapping

_WRITE = [f"compliance.{action}_fact" for action in ("view", "add", "change", "delete")]

PERMISSIONS: Mapping[str, list[str]] = {
    "admin": _WRITE,
    "editor": _WRITE,
    "reviewer": ["compliance.view_fact", "compliance.change_fact"],
    "analyst": ["compliance.view_fact"],
}
