"""Addresses below /me/review/."""

from django.urls import path

from quizzes.reviews import views

app_name = "reviews"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("today/", views.today, name="today"),
    path("mail/", views.mail, name="mail"),
    path("pause/", views.pause, name="pause"),
    path("resume/", views.resume, name="resume"),
    path("recall/", views.recall, name="recall"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("<uuid:public_id>/", views.question, name="question"),
    path("<uuid:public_id>/forget/", views.forget, name="forget"),
]
