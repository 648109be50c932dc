"""What compliance adds to the Wagtail admin."""

from compliance import review_hooks  # noqa: F401
