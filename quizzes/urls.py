"""Addresses below /quizzes/."""

from django.urls import path

from quizzes import views

app_name = "quizzes"
urlpatterns = [
    path("", views.quiz_list, name="list"),
    path("attempts/<uuid:public_id>/", views.result, name="result"),
    path("attempts/<uuid:public_id>/finish/", views.finish, name="finish"),
    path("attempts/<uuid:public_id>/<int:position>/", views.question, name="question"),
    path("<slug:slug>/", views.quiz_intro, name="intro"),
    path("<slug:slug>/start/", views.start, name="start"),
]
