"""Sessions of events in the Wagtail admin."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.permissions import ModelPermissionPolicy

from core.errors import DomainError
from events.actions.sessions import save_session
from events.enums import RegistrationStatus
from events.models import EventSession


def registrations_url(session: EventSession) -> str:
    """Return the address of the list of a session's registrations."""
    return reverse("events_registrations", args=[session.pk])


def seats_text(session: Any) -> str:
    """Return 17 / 40, or 17 without a limit."""
    return f"{session.seats_taken} / {session.capacity}" if session.capacity is not None else str(session.seats_taken)


class SessionPermissionPolicy(ModelPermissionPolicy):
    """A session is called off, never deleted: people hold seats in it."""

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)


class _SavesThroughAction:
    """A form that ends in ``save_session``, and shows what that refuses."""

    def save_instance(self) -> EventSession:
        session = self.form.save(commit=False)  # type: ignore[attr-defined]
        is_new = session.pk is None
        stored = save_session(session=session, user=self.request.user, now=timezone.now())  # type: ignore[attr-defined]
        self.has_content_changes = self.form.has_changed()  # type: ignore[attr-defined]
        log(instance=stored, action="wagtail.create" if is_new else "wagtail.edit", content_changed=True)
        return stored

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc,no-any-return]
        except DomainError as error:
            form.add_error("capacity", str(error))
            self.produced_error_message = str(error)
            return self.form_invalid(form)  # type: ignore[attr-defined,no-any-return]

    def get_success_url(self) -> str:
        return registrations_url(self.object)  # type: ignore[attr-defined]


class SessionCreateView(_SavesThroughAction, generic.CreateView):
    """A new date."""

    page_title = _("安排一场")
    success_message = _("“%(object)s”已安排。")


class SessionEditView(_SavesThroughAction, generic.EditView):
    """Another time, more seats."""

    success_message = _("“%(object)s”已保存。")


class SessionIndexView(generic.IndexView):
    """All sessions, the latest first; a title leads to its registrations."""

    def get_base_queryset(self) -> "QuerySet[EventSession]":
        waiting = Count("registrations", filter=Q(registrations__status=RegistrationStatus.WAITLISTED))
        return EventSession.objects.select_related("page").annotate(waiting=waiting).order_by("-starts_at")


class SessionViewSet(ModelViewSet):
    """Dates and seats; who comes is on each one's own page."""

    model = EventSession
    name = "event_sessions"
    url_prefix = "events/sessions"
    icon = "date"
    menu_label = _("活动场次")
    menu_order = 220
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    permission_policy = SessionPermissionPolicy(EventSession)
    index_view_class = SessionIndexView
    add_view_class = SessionCreateView
    edit_view_class = SessionEditView
    list_per_page = 50
    search_fields = ()
    list_display = (
        TitleColumn("page", label=_("活动"), accessor=str, get_url=registrations_url),
        Column("seats", label=_("已占 / 座位"), accessor=seats_text),
        Column("waiting", label=_("候补"), accessor="waiting"),
        Column("status", label=_("状态"), accessor="get_status_display"),
    )
    panels = (
        FieldPanel("page"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("check_in_at")]),
        FieldRowPanel([FieldPanel("capacity"), FieldPanel("waitlist_enabled")]),
        MultiFieldPanel(
            [FieldPanel("registration_opens_at"), FieldPanel("registration_closes_at")], heading=_("什么时候可以报名")
        ),
        FieldPanel("join_url"),
    )
