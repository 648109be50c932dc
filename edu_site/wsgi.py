"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_site.settings.dev")
application = get_wsgi_application()

# What the first request of a process would wait for: the addresses, and what the phrase check works with. Only
# processes that serve pages build it, before they serve; no command pays for it.
from django.urls import get_resolver  # noqa: E402 -- needs the settings

from compliance.check import warm_up  # noqa: E402

get_resolver().url_patterns  # noqa: B018 -- a cached property
warm_up()
