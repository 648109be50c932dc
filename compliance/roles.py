"""Which role may read what stood on the site and who answered for it."""

from collections.abc import Mapping

_READ = ["core.view_publishedversion", "compliance.view_findingoverride"]

PERMISSIONS: Mapping[str, list[str]] = {"admin": _READ, "reviewer": _READ, "editor": _READ, "analyst": _READ}
