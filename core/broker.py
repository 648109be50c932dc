"""The folder that serves as a broker: a message's file appears whole, or not at all.

The library's own writer opens the file under its final name. A full disk then leaves it empty, a reader may take it
before it is written, and either ends the worker that reads it.
"""

import contextlib
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Writes beside the queue and renames; readers only look at names that end in the queue's own."""

    # The stubs of the two classes above disagree about the second name.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        part = folder / f"{uuid.uuid4()}.part"
        try:
            part.write_bytes(str_to_bytes(dumps(payload)))
            part.replace(folder / f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg")
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            raise ChannelError(f"no room for a message in {folder}") from error


class Transport(filesystem.Transport):
    """kombu's filesystem transport with whole files."""

    Channel = Channel
