"""Settings of the processes that the delivery faults start: everything comes from their environment."""

import os

from edu_site.settings.test import *  # noqa: F403
from edu_site.settings.test import INSTALLED_APPS

INSTALLED_APPS = ["tests.faults.delivery_app", *INSTALLED_APPS]
SMS_URL = os.environ.get("SMS_URL", "memory:")
EMAIL_URL = os.environ.get("EMAIL_URL", "memory:")
CAMPAIGNS_PER_PERSON_DAY = 0
