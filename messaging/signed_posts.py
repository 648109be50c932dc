"""What a gateway posts to us: who may, how much, and in which form."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from messaging.signing import is_genuine

logger = logging.getLogger(__name__)

LARGEST_BODY = 256 * 1024
MOST_ENTRIES = 1000

Handle = Callable[[str, Any, datetime], JsonResponse]


class MalformedError(Exception):
    """What was posted is not what was agreed on; the message names the place and never the content."""


def signed_post(handle: Handle) -> Callable[[HttpRequest, str], JsonResponse]:
    """Turn ``handle(backend, data, now)`` into a view for signed JSON.

    401 for a signature that is missing, wrong, or older than five minutes; 413 for more than 256 KB; 400 for what is no
    JSON or what ``handle`` calls malformed. Nothing of the body is logged.
    """

    @csrf_exempt
    @never_cache
    @require_POST
    def view(request: HttpRequest, backend: str) -> JsonResponse:
        now = timezone.now()
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not str(length).isdecimal() or int(length) > LARGEST_BODY:
            return _refuse(backend, "too large", 413)
        body = request.body
        genuine = is_genuine(
            secret=settings.SMS_WEBHOOK_SECRET,
            timestamp=request.headers.get("X-Timestamp", ""),
            signature=request.headers.get("X-Signature", ""),
            body=body,
            now=now,
        )
        if not genuine:
            return _refuse(backend, "signature" if settings.SMS_WEBHOOK_SECRET else "no secret configured", 401)
        try:
            return handle(backend, json.loads(body), now)
        except MalformedError as error:
            return _refuse(backend, str(error), 400)
        except (ValueError, RecursionError):
            return _refuse(backend, "no JSON", 400)

    return view


def _refuse(backend: str, why: str, status: int) -> JsonResponse:
    logger.warning("webhook refused", extra={"backend": backend, "why": why, "status": status})
    return JsonResponse({"error": why}, status=status)
