"""Addresses of the courses app that are not pages; mounted at the root of the site."""

from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from courses import certificate_views, media_views, views
from courses.drills import views as drill_views
from courses.feeds import SITEMAPS, ArticleFeed, LessonFeed
from courses.paths import handbook_views
from courses.paths import views as path_views

urlpatterns = [
    path("", include("courses.learning.urls")),
    path("glossary/", views.glossary, name="glossary"),
    path("glossary/<slug:slug>/", views.glossary_term, name="glossary_term"),
    path("drills/", drill_views.drills, name="drills"),
    path("drills/<slug:slug>/", drill_views.drill, name="drill"),
    path("paths/", path_views.paths, name="paths"),
    path("paths/<slug:slug>/", path_views.path, name="path"),
    path("paths/<slug:slug>/progress/", path_views.path_progress, name="path_progress"),
    path("paths/<slug:slug>/handbook.pdf", handbook_views.handbook, name="path_handbook"),
    path("paths/<slug:slug>/handbook-large.pdf", handbook_views.handbook, {"large": True}, name="path_handbook_large"),
    path("articles/archive/", views.article_archive, name="article_archive"),
    path("articles/archive/<int:year>/<int:month>/", views.article_month, name="article_month"),
    path("feeds/lessons.xml", LessonFeed(), name="lesson_feed"),
    path("feeds/articles.xml", ArticleFeed(), name="article_feed"),
    path("feeds/articles/<slug:column>.xml", ArticleFeed(), name="column_feed"),
    path("tools/", include("courses.tools.urls")),
    path("captions/<int:pk>.vtt", media_views.captions, name="media_captions"),
    path("me/certificates/", certificate_views.certificate_list, name="certificate_list"),
    path("me/certificates/issue/", certificate_views.issue, name="issue_certificate"),
    path("me/certificates/<slug:code>/", certificate_views.certificate_page, name="certificate"),
    path("me/certificates/<slug:code>/pdf/", certificate_views.certificate_pdf, name="certificate_pdf"),
    path("verify/", certificate_views.verify, name="verify"),
    path("verify/<str:code>/", certificate_views.verify, name="verify_certificate"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
