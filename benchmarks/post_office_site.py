"""A site with django-post_office and nothing else; run by benchmarks/post_office.py in an environment of its own."""

import json
import pickle
import sys
import time
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command


def main():
    address, port, source = sys.argv[1:]
    parts = urlsplit(address)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path[1:],
                "USER": parts.username,
                "HOST": parts.hostname,
                "PORT": parts.port,
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(port),
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SECRET_KEY="benchmark",
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
            {
                "BACKEND": "post_office.template.backends.post_office.PostOfficeTemplates",
                "APP_DIRS": True,
                "DIRS": [],
                "OPTIONS": {"context_processors": []},
            },
        ],
    )
    django.setup()
    call_command("migrate", verbosity=0)
    from post_office import mail
    from post_office.models import STATUS, Email

    letters = pickle.loads(Path(source).read_bytes())
    started = time.perf_counter()
    mail.send_many(
        [
            {
                "recipients": [letter["recipient"]],
                "sender": "edu@example.com",
                "subject": letter["subject"],
                "message": letter["text"],
                "html_message": letter["html"],
            }
            for letter in letters
        ]
    )
    queued = time.perf_counter()
    mail.send_queued_mail_until_done(processes=1)
    ended = time.perf_counter()
    assert Email.objects.filter(status=STATUS.sent).count() == len(letters)
    found = {"queue": queued - started, "send": ended - queued, "version": version("django-post_office")}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
