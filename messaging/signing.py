"""How a gateway and this site sign what they post to each other: HMAC-SHA256 over the time and the raw body."""

import hashlib
import hmac
from datetime import datetime

# A signed request is good for this long on either side of its time.
REPLAY_SECONDS = 300


def signature_of(*, secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature in hexadecimal; ``timestamp`` is in seconds since 1970."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_genuine(*, secret: str, timestamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """Tell whether who knows ``secret`` signed ``body`` in the last five minutes; without a secret nobody did."""
    if not secret or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > len("9999999999"):
        return False
    expected = signature_of(secret=secret, timestamp=timestamp, body=body)
    genuine = hmac.compare_digest(expected.encode(), signature.strip().lower().encode())
    return genuine and abs(now.timestamp() - int(timestamp)) <= REPLAY_SECONDS
