"""Addresses below /me/."""

from django.urls import path

from accounts.views import me, privacy

app_name = "me"
urlpatterns = [
    path("", me.desk, name="desk"),
    path("fragment/header/", me.header_fragment, name="header"),
    path("name/", me.rename, name="name"),
    path("privacy/", privacy.privacy_centre, name="privacy"),
    path("privacy/export/", privacy.export, name="export"),
    path("privacy/withdraw/<slug:kind>/", privacy.withdraw, name="withdraw"),
    path("privacy/contacts/add/", privacy.add_contact, name="add_contact"),
    path("privacy/contacts/<int:contact_id>/remove/", privacy.remove_contact, name="remove_contact"),
    path("privacy/delete/", privacy.delete, name="delete"),
]
