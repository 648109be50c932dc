"""What every template may use; nothing here touches the session."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from core import wechat
from core.pagecache import STAFF_COOKIE


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the operator's names and numbers, the reader's preferences, and whether this is a staff browser."""
    return {
        "site_title": settings.SITE_TITLE,
        "operator_name": settings.OPERATOR_NAME,
        "icp_number": settings.ICP_NUMBER,
        "psb_number": settings.PSB_NUMBER,
        "hotline": settings.HOTLINE,
        "compliance_signed": settings.COMPLIANCE_SIGNED,
        "preferences": getattr(request, "preferences", None),
        "is_staff_browser": STAFF_COOKIE in request.COOKIES,
        "today": timezone.localdate(),
        "demo": settings.DEMO,
        "wechat_sdk": wechat.is_on(),
    }
