"""Addresses of the courses app that are not pages; mounted at the root of the site."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from courses import views
from courses.feeds import SITEMAPS, LessonFeed

urlpatterns = [
    path("courses/progress/", views.record_progress, name="record_progress"),
    path("courses/progress/<int:pk>/", views.lesson_progress, name="lesson_progress"),
    path("glossary/", views.glossary, name="glossary"),
    path("glossary/<slug:slug>/", views.glossary_term, name="glossary_term"),
    path("feeds/lessons.xml", LessonFeed(), name="lesson_feed"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
