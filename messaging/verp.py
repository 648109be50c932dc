"""Return addresses that name the message they belong to, signed so that nobody else can make one.

``b+<delivery id>.<tag>@domain``: a bounce that comes back to it proves which message it is about. The tag has no date
in it, so the address of an old message stays good.
"""

import hashlib
import hmac
import re

from django.conf import settings

_ADDRESS = re.compile(r"b\+(?P<id>[1-9][0-9]{0,18})\.(?P<tag>[0-9a-f]{20})@", re.IGNORECASE)


def _tag(delivery_id: int) -> str:
    text = f"verp:{delivery_id}".encode()
    return hmac.new(settings.TICKET_SIGNING_KEY.encode(), text, hashlib.sha256).hexdigest()[:20]


def return_address(*, delivery_id: int, domain: str) -> str:
    """Return the envelope sender of one message."""
    return f"b+{delivery_id}.{_tag(delivery_id)}@{domain}"


def delivery_of(address: str) -> int | None:
    """Return the id of the delivery that ``address`` was made for; None when we did not make it."""
    found = _ADDRESS.match(address.strip().strip("<>"))
    if found is None:
        return None
    delivery_id = int(found["id"])
    return delivery_id if hmac.compare_digest(found["tag"].lower(), _tag(delivery_id)) else None
