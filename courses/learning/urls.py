"""Addresses of what readers leave in lessons; mounted at the root of the site."""

from django.urls import path

from courses.learning import clarity_views, note_views, views

urlpatterns = [
    path("courses/progress/", views.record_progress, name="record_progress"),
    path("courses/progress/<int:pk>/", views.lesson_progress, name="lesson_progress"),
    path("courses/progress/marks/<int:pk>/", views.lesson_marks, name="lesson_marks"),
    path("courses/progress/merge/", views.merge_guest_progress, name="merge_progress"),
    path("courses/progress/seen/", views.see_changes, name="see_changes"),
    path("courses/clarity/<int:pk>/", clarity_views.clarity, name="lesson_clarity"),
    path("me/bookmarks/", note_views.add_bookmark, name="add_bookmark"),
    path("me/bookmarks/<int:pk>/remove/", note_views.remove_bookmark, name="remove_bookmark"),
    path("me/notes/", note_views.note_list, name="learning_notes"),
    path("me/notes/<int:pk>/", note_views.edit_note, name="edit_note"),
    path("me/notes/<int:pk>/remove/", note_views.remove_note, name="remove_note"),
    path("me/notes/lesson/<int:pk>/", note_views.lesson_note, name="lesson_note"),
]
