"""What machines read of a page: schema.org data as JSON-LD, and the words and picture of a shared link."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

# In a script element these could end it, or begin a comment within it.
_UNSAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def absolute(path: str) -> str:
    """Return the full address of ``path`` on this site."""
    return path if path.startswith(("http://", "https://")) else f"{settings.BASE_URL}{path}"


def moment(value: datetime | None) -> str | None:
    """Return a time as schema.org writes it, on the site's clock."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None


def organization() -> dict[str, Any]:
    """Return who runs the site."""
    return {"@type": "Organization", "name": settings.OPERATOR_NAME, "url": settings.BASE_URL + "/"}


def breadcrumb(crumbs: Sequence[Mapping[str, Any]], here: str) -> dict[str, Any]:
    """Return the way from the home page to ``here``; ``crumbs`` are the steps between."""
    steps = [{"title": settings.SITE_TITLE, "url": "/"}, *crumbs]
    items: list[dict[str, Any]] = [
        {"@type": "ListItem", "position": place, "name": str(step["title"]), "item": absolute(str(step["url"]))}
        for place, step in enumerate(steps, start=1)
    ]
    items.append({"@type": "ListItem", "position": len(items) + 1, "name": here})
    return {"@type": "BreadcrumbList", "itemListElement": items}


def json_ld(things: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return ``things`` as the content of a script element; entries without a value are left out."""
    graph = [{name: value for name, value in thing.items() if value not in (None, "")} for thing in things]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(_UNSAFE))  # noqa: S308 -- nothing in it can end the script element
