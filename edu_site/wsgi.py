"""The WSGI entry point that gunicorn serves."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_site.settings.dev")
application = get_wsgi_application()

# What the first request of a process would wait for. Only processes that serve pages build it, so no command pays for
# it: the addresses before the first request, the phrase check beside it.
from django.urls import get_resolver  # noqa: E402 -- needs the settings

from compliance.check import warm_up  # noqa: E402

get_resolver().url_patterns  # noqa: B018 -- a cached property
Thread(target=warm_up, name="phrase-check", daemon=True).start()
