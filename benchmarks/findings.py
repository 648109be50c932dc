"""How soon the findings in a lesson of 3,000 characters come back, from a fresh process and later.

Starts gunicorn with one worker (the site on an SQLite database of its own with the demo content), signs in as an
editor in the store of sessions, and posts a form to the check; the reference is a bare view of the same site, asked in
turn. Prints one line of JSON: ``first_ms`` is the first check after the process answered anything at all,
``later_ms`` the middle one of many, ``ratio`` that against the bare view, ``ready_ms`` how long the process needed to
answer anything.

    python benchmarks/findings.py [--times 40]
"""

import argparse
import http.client
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.pages import Server, manage

BARE = "/healthz"
CHECK = "/cms/compliance/check/"
SENTENCE = "他先写下哪天用、能不能推，再算最多亏多少；有人说这样不会亏，他没有信，仍把装修的钱另放一处。"
CHARACTERS = 3000
FORM = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.middleware.csrf import _get_new_csrf_string
from django.conf import settings
from importlib import import_module
from accounts.models import User
from courses.pages import LessonPage
editor = User.objects.get(email="editor@example.com")
store = import_module(settings.SESSION_ENGINE).SessionStore()
store[SESSION_KEY] = str(editor.pk)
store[BACKEND_SESSION_KEY] = "accounts.backends.StaffPasswordBackend"
store[HASH_SESSION_KEY] = editor.get_session_auth_hash()
store.save()
page = LessonPage.objects.filter(live=True).order_by("pk").first()
print(json.dumps({"session": store.session_key, "cookie": settings.SESSION_COOKIE_NAME, "page": page.pk,
                  "csrf_cookie": settings.CSRF_COOKIE_NAME, "csrf": _get_new_csrf_string()}))
"""


def form_of(known: dict[str, str]) -> bytes:
    """Return what the browser posts of a lesson with one long paragraph."""
    text = (SENTENCE * (CHARACTERS // len(SENTENCE) + 1))[:CHARACTERS]
    line = {"key": "a", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    fields = {
        "csrfmiddlewaretoken": known["csrf"],
        "compliance-path": f"/cms/pages/{known['page']}/edit/",
        "title": "一课", "subtitle": "", "objective": "能说出一件事。", "sources-count": "0", "body-count": "1",
        "body-0-deleted": "", "body-0-order": "0", "body-0-type": "text",
        "body-0-id": "11111111-1111-4111-8111-111111111111",
        "body-0-value-html": json.dumps({"blocks": [line], "entityMap": {}}),
    }  # fmt: skip
    return urlencode(fields).encode()


def asked(port: int, path: str, headers: dict[str, str], body: bytes | None = None) -> tuple[float, bytes]:
    """Return the milliseconds of one request on a connection of its own, and what came back."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST" if body else "GET", path, body=body, headers=headers)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    assert response.status == 200, (path, response.status, answer[:300])
    return (time.perf_counter() - started) * 1000, answer


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--times", type=int, default=40)
    times = options.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "CACHE_URL"}},
            "VAR_DIR": folder, "MEDIA_ROOT": f"{folder}/media", "STATIC_ROOT": f"{folder}/static",
            "DJANGO_SETTINGS_MODULE": "edu_site.settings.dev", "WEB_CONCURRENCY": "1",
        }  # fmt: skip
        manage(environment, "migrate", "--verbosity=0")
        manage(environment, "collectstatic", "--verbosity=0", "--noinput")
        manage(environment, "load_demo", "--if-empty")
        known = json.loads(manage(environment, "shell", "--no-imports", "-c", FORM).strip().splitlines()[-1])
        body = form_of(known)
        headers = {
            "Cookie": f"{known['cookie']}={known['session']}; {known['csrf_cookie']}={known['csrf']}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        started = time.perf_counter()
        with Server("edu_site.wsgi", environment) as server:
            ready = (time.perf_counter() - started) * 1000
            first, answer = asked(server.port, CHECK, headers, body)
            assert json.loads(answer)["findings"]
            later, bare = [], []
            for _time in range(times):
                later.append(asked(server.port, CHECK, headers, body)[0])
                bare.append(asked(server.port, BARE, {})[0])
    middle, reference = statistics.median(later), statistics.median(bare)
    print(
        json.dumps(
            {
                "benchmark": "findings",
                "python": platform.python_version(),
                "cores": os.cpu_count(),
                "characters": CHARACTERS,
                "reference": "a bare view of the same site",
                "ready_ms": round(ready),
                "first_ms": round(first, 1),
                "later_ms": round(middle, 1),
                "worst_later_ms": round(max(later), 1),
                "bare_ms": round(reference, 1),
                "ratio": round(middle / reference, 1),
                "first_ratio": round(first / reference, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
