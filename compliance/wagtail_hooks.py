"""What the compliance app adds to the Wagtail admin."""

from compliance import fact_hooks, review_hooks  # noqa: F401
