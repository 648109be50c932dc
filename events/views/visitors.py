"""What a request tells about who sent it."""

from django.http import HttpRequest


def client_of(request: HttpRequest) -> str:
    """Return the network address that limits are counted by."""
    return str(request.META.get("REMOTE_ADDR", ""))


def is_wechat(request: HttpRequest) -> bool:
    """Tell whether the page is shown inside WeChat, which cannot save calendar files."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")
