"""A scripted SMTP server in a process of its own: python -m tests.faults.smtp_server PORT LOG '{"delay": 0.01}'

It writes one line for each message that it took, before it says so: Message-ID, recipient, what became of it and when.
``dropped`` is a message that it took without answering. It depends on asyncio alone, so that it is not what a
benchmark measures. The script, all of it optional:

delay         seconds between the end of a message and the answer
slow          seconds before every other answer
greylist      the first try of each recipient is put off with 450
refuse        addresses that are refused with 550
drop_every    each so many messages the connection is cut after the data, without an answer
close_after   the connection ends after so many messages; ``farewell`` is said to the next command, or nothing
pipelining    offer PIPELINING (RFC 2920)
chunking      offer CHUNKING (RFC 3030)
"""

import asyncio
import json
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_IDENTITY = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(rb"<([^>]*)>")
_END = b"\r\n.\r\n"


@dataclass
class Script:
    """How the server behaves, and what it remembers between connections."""

    delay: float = 0
    slow: float = 0
    greylist: bool = False
    refuse: tuple[str, ...] = ()
    drop_every: int = 0
    close_after: int = 0
    farewell: str = ""
    pipelining: bool = True
    chunking: bool = True
    seen: set[str] = field(default_factory=set)
    messages: int = 0


class Connection(asyncio.Protocol):
    """One client; commands are answered in order, whole groups of them when they come together."""

    def __init__(self, script: Script, log: IO[str]) -> None:
        self._script = script
        self._log = log
        self._buffer = bytearray()
        self._recipients: list[str] = []
        self._in_data = False
        self._chunk = 0
        self._busy = False
        self._messages = 0
        self._looked_at = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._work()

    def _work(self) -> None:
        while not self._busy and not self._transport.is_closing():
            if self._in_data or self._chunk:
                if not self._take_message():
                    return
            else:
                end = self._buffer.find(b"\r\n")
                if end < 0:
                    return
                line = bytes(self._buffer[:end])
                del self._buffer[: end + 2]
                self._obey(line)

    def _take_message(self) -> bool:
        length = self._length()
        if length < 0:
            return False
        header = bytes(self._buffer[: min(length, 4096)])
        del self._buffer[:length]
        self._in_data, self._chunk = False, 0
        if not self._recipients:
            self._answer("554 no valid recipients", self._script.slow)
            return True
        self._messages += 1
        self._script.messages += 1
        every = self._script.drop_every
        dropped = bool(every) and self._script.messages % every == 0
        found = _IDENTITY.search(header)
        identity = found[1].decode() if found else "-"
        fate = "dropped" if dropped else "accepted"
        lines = [f"{identity} {recipient} {fate} {time.time():.6f}\n" for recipient in self._recipients]
        self._log.write("".join(lines))
        self._log.flush()
        if dropped:
            self._transport.abort()
        else:
            self._answer("250 OK", self._script.delay)
        return True

    def _length(self) -> int:
        """Return how many bytes the message at hand has, its end included; -1 while it is not all there."""
        if self._chunk:
            return self._chunk if len(self._buffer) >= self._chunk else -1
        end = self._buffer.find(_END, max(0, self._looked_at - len(_END)))
        self._looked_at = len(self._buffer)
        return end + len(_END) if end >= 0 else -1

    def _obey(self, line: bytes) -> None:
        verb = line[:4].upper()
        spent = self._script.close_after and self._messages >= self._script.close_after
        if spent:
            if self._script.farewell:
                self._transport.write(self._script.farewell.encode() + b"\r\n")
            self._transport.close()
        elif verb == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        elif verb == b"BDAT":
            self._chunk = int(line.split()[1])
        else:
            self._answer(self._reply(verb, line), self._script.slow)

    def _reply(self, verb: bytes, line: bytes) -> str:
        if verb == b"EHLO":
            asked = {"PIPELINING": self._script.pipelining, "CHUNKING": self._script.chunking}
            offers = ["sink", *(name for name, offered in asked.items() if offered), "8BITMIME", "SMTPUTF8"]
            return "\r\n".join([*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"])
        if verb in {b"MAIL", b"RSET"}:
            self._recipients = []
        elif verb == b"RCPT":
            return self._admit(line)
        elif verb == b"DATA":
            if not self._recipients:
                return "554 no valid recipients"
            self._in_data, self._looked_at = True, 0
            return "354 go ahead"
        elif verb not in {b"HELO", b"NOOP"}:
            return "502 not here"
        return "250 OK"

    def _admit(self, line: bytes) -> str:
        found = _ADDRESS.search(line)
        recipient = found[1].decode("utf-8", "replace") if found else ""
        if recipient in self._script.refuse:
            return "550 no such person"
        if self._script.greylist and recipient not in self._script.seen:
            self._script.seen.add(recipient)
            return "450 come again"
        self._recipients.append(recipient)
        return "250 OK"

    def _answer(self, reply: str, wait: float) -> None:
        if wait:
            self._busy = True
            asyncio.get_running_loop().call_later(wait, self._say_later, reply)
        else:
            self._transport.write(reply.encode() + b"\r\n")

    def _say_later(self, reply: str) -> None:
        self._busy = False
        if not self._transport.is_closing():
            self._transport.write(reply.encode() + b"\r\n")
            self._work()


async def serve(port: int, log: IO[str], script: Script) -> None:
    """Listen on loopback until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(script, log), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def main() -> None:
    port, log, script = sys.argv[1:]
    with Path(log).open("a") as file:
        asyncio.run(serve(int(port), file, Script(**json.loads(script))))


if __name__ == "__main__":
    main()
