"""The address that WeChat's browser asks for a signature."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import limits, wechat
from core.clients import client_of

_LONGEST = 2000
_SIGNATURES = limits.Limit(60, timedelta(minutes=1))


@never_cache
@require_safe
def signature(request: HttpRequest) -> HttpResponse:
    """Sign a page of this site for WeChat; not found where the operator has not switched it on."""
    if not wechat.is_on():
        raise Http404
    url = request.GET.get("url", "")
    if len(url) > _LONGEST or not wechat.is_own(url, request.get_host()):
        return HttpResponseBadRequest()
    try:
        limits.hit(
            key=f"wechat:{client_of(request)}",
            limit=_SIGNATURES.count,
            window=_SIGNATURES.window,
            now=timezone.now(),
        )
        signed = wechat.sign_page(url)
    except limits.LimitExceeded:
        return HttpResponse(status=429)
    except wechat.WeChatUnavailableError:
        return HttpResponse(status=503)
    return JsonResponse(
        {
            "appId": signed.app_id,
            "timestamp": signed.timestamp,
            "nonceStr": signed.nonce,
            "signature": signed.signature,
        }
    )
