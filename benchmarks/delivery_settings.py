"""Settings of the delivery benchmarks: the site's own with its limits on; the rest comes from the environment."""

import os

from edu_site.settings.test import *  # noqa: F403

EMAIL_URL = os.environ.get("EMAIL_URL", "memory:")
# The count of a person's campaigns is looked up as on the site; one run writes to the same people several times.
CAMPAIGNS_PER_PERSON_DAY = 1000
