"""Addresses below /newsletters/."""

from django.urls import path

from newsletters.views import archive, links, subscribe

app_name = "newsletters"
urlpatterns = [
    path("", archive.index, name="index"),
    path("archive/<slug:slug>/", archive.letter, name="letter"),
    path("subscribe/", subscribe.subscribe, name="subscribe"),
    path("subscribe/sent/", subscribe.sent, name="sent"),
    path("subscribe/code/<str:token>/", subscribe.code, name="code"),
    path("confirm/<str:token>/", links.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", links.unsubscribe, name="unsubscribe"),
    path("manage/<str:token>/", links.manage, name="manage"),
]
