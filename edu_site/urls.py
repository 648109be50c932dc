"""Every fixed address of the site; Wagtail's pages come last."""

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from core.health import healthz, readyz
from core.media import serve_media
from core.preferences import set_preference
from core.wechat_views import signature
from edu_site.search import search, suggest
from edu_site.views import wechat_verification
from newsletters.views.desk import my_newsletters

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("hooks/mail/", include("messaging.bounces.urls")),
    re_path(r"^MP_verify_(?P<token>[A-Za-z0-9]{8,64})\.txt$", wechat_verification, name="wechat_verification"),
    path("wechat/signature/", signature, name="wechat_signature"),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="search_suggest"),
    path("", include("courses.urls")),
    path("quizzes/", include("quizzes.urls")),
    path("mode/", set_preference, name="set_preference"),
    path("accounts/", include("accounts.urls")),
    path("me/", include("accounts.me_urls")),
    path("newsletters/", include("newsletters.urls")),
    path("me/review/", include("quizzes.reviews.urls")),
    path("me/newsletters/", my_newsletters, name="my_newsletters"),
    path("hooks/messaging/", include("messaging.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    re_path(r"^media/(?P<path>.*)$", serve_media, name="media"),
    path("", include("events.urls")),
    path("", include(wagtail_urls)),
]

handler400 = "edu_site.views.bad_request"
handler500 = "edu_site.views.server_error"
