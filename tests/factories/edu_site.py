"""The site's own pages, from the content files and through the gate."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from core.actions.publishing import publish_through_review
from edu_site.actions.importing import import_home, import_info_page
from edu_site.pages import HomePage, InfoPage
from tests.factories.quizzes import staff_pair

CONTENT = Path(settings.BASE_DIR) / "edu_site" / "demo" / "content"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def home_data() -> dict[str, Any]:
    return tomllib.loads((CONTENT / "home.toml").read_text(encoding="utf-8"))


def info_data(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / "pages" / f"{name}.toml").read_text(encoding="utf-8"))


def make_home() -> HomePage:
    """Return the live home page, made once."""
    author, reviewer = staff_pair()
    home = import_home(data=home_data(), author=author, now=NOW)
    return home if home.live else publish_through_review(page=home, author=author, reviewer=reviewer, now=NOW)


def make_info(name: str) -> InfoPage:
    """Return a live information page of the demo; ``name`` is that of its file."""
    make_home()
    author, reviewer = staff_pair()
    page = import_info_page(data=info_data(name), author=author, now=NOW)
    return publish_through_review(page=page, author=author, reviewer=reviewer, now=NOW)
