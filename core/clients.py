"""Who asks, as far as limits are concerned."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_of(request: HttpRequest) -> str:
    """Return the network address that counts for limits; an IPv6 address stands for its /64.

    Behind ``TRUSTED_PROXY_COUNT`` proxies the address is that many steps from the right in X-Forwarded-For: what a
    client writes there itself stands further left and is not believed.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY_COUNT:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(chain) >= settings.TRUSTED_PROXY_COUNT:
            address = chain[-settings.TRUSTED_PROXY_COUNT]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:  # noqa: PLR2004 -- the version of the protocol
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
