"""The site's own settings; only the table of addresses is longer."""

from edu_site.settings.dev import *  # noqa: F403

ROOT_URLCONF = "benchmarks.signup_urls"
