"""Addresses of events that are not Wagtail pages."""

from django.urls import path

from events.views import public, signup, tickets

app_name = "events"
urlpatterns = [
    path("j", tickets.short_code, name="short_code"),
    path("j/", tickets.short_code),
    path("events/calendar.ics", public.all_events_calendar, name="calendar"),
    path("events/past/", public.past_events, name="past"),
    path("events/manage/<str:token>/", tickets.manage, name="manage"),
    path("events/ticket/<str:token>/", tickets.ticket, name="ticket"),
    path("events/<slug:slug>/event.ics", public.event_calendar, name="event_calendar"),
    path("events/<slug:slug>/sign-up/", signup.form_fragment, name="form_fragment"),
    path("events/<slug:slug>/register/", signup.register, name="register"),
    path("events/<slug:slug>/register/code/", signup.register_code, name="register_code"),
    path("events/<slug:slug>/register/wait/", signup.join_waitlist, name="join_waitlist"),
    path("events/<slug:slug>/register/done/", signup.register_done, name="register_done"),
]
