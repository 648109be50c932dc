"""The Celery application: nudges and the beat's sweeps; the truth lives in the database (docs/architecture.md)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_site.settings.dev")
app = Celery("edu_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _use_folder_as_broker(url: str) -> None:
    """Make the folder of a ``filesystem://`` broker and tell kombu to use it for queues in both directions."""
    folder = Path(urlsplit(url).path)
    for name in ("queue", "control", "processed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    TRANSPORT_ALIASES["filesystem"] = "core.broker:Transport"
    app.conf.update(broker_url="filesystem://")
    options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
        "processed_folder": str(folder / "processed"),
        "store_processed": False,
    }
    app.conf.update(broker_transport_options=options)


if str(app.conf.broker_url).startswith("filesystem://"):
    _use_folder_as_broker(app.conf.broker_url)
