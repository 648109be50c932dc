"""Backends that never leave the machine: for tests, for a terminal, for a folder."""

import hashlib
import os
import sys
from collections import defaultdict
from pathlib import Path

from accounts.enums import Channel
from messaging.backends.port import SENT, Backend, Outcome, Parcel, Verdict
from messaging.enums import ErrorClass

# What the memory backend sent in this process, by channel.
memory_box: dict[str, list[Parcel]] = defaultdict(list)


class MemoryBackend(Backend):
    """Keeps parcels in ``memory_box``."""

    def __init__(self, channel: str) -> None:
        self._box = memory_box[channel]

    def send(self, parcel: Parcel) -> Outcome:
        self._box.append(parcel)
        return SENT


class ConsoleBackend(Backend):
    """Prints parcels."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    def send(self, parcel: Parcel) -> Outcome:
        sys.stdout.write(f"--- {self._channel} {parcel.message_id}\n{parcel.data.decode('utf-8', 'replace')}\n")
        sys.stdout.flush()
        return SENT


class FileBackend(Backend):
    """Writes each parcel into one file of its own, readable by the owner only; the name derives from the row."""

    def __init__(self, channel: str, folder: str) -> None:
        self._folder = Path(folder)
        self._suffix = ".eml" if channel == Channel.EMAIL else ".txt"

    def send(self, parcel: Parcel) -> Outcome:
        name = hashlib.sha256(parcel.message_id.encode()).hexdigest()[:32]
        path = self._folder / f"{name}{self._suffix}"
        part = path.with_suffix(f".{os.getpid()}.part")
        data = parcel.data
        if self._suffix == ".txt":
            data = f"To: {parcel.recipient}\n\n".encode() + data + b"\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
            part.replace(path)
        except OSError as error:
            return Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, f"errno{error.errno}")
        return SENT
