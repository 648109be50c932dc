"""What a request tells about who sent it."""

from django.http import HttpRequest


def is_wechat(request: HttpRequest) -> bool:
    """Tell whether the page is shown inside WeChat, which cannot save calendar files."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")
