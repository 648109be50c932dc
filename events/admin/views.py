"""Who comes to a session: list, door, waitlist, callers, table."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.actions.contacts import get_or_create_contact
from core.actions.audit import record_audit
from core.errors import DomainError
from events.actions.checkin import check_in, undo_check_in
from events.actions.registration import cancel_registration, register_attendee
from events.actions.sessions import cancel_session
from events.actions.waitlist import promote_registration, promote_waitlist
from events.admin.export import csv_lines
from events.admin.viewsets import registrations_url, seats_text
from events.enums import RegistrationSource, RegistrationStatus
from events.forms import CallerForm
from events.models import EventSession, Registration
from events.queries import REGISTRATIONS_PER_PAGE, present_session, search_registrations, waiting_count

_DONE = {
    "check_in": gettext_lazy("已签到。"),
    "undo": gettext_lazy("签到已撤回。"),
    "promote": gettext_lazy("已给座位，并已通知本人。"),
    "cancel": gettext_lazy("已取消，并已通知本人；空出的座位按候补顺序询问。"),
}


def _cancel_by_staff(*, registration_id: int, user: Any, now: Any) -> Registration:
    return cancel_registration(registration_id=registration_id, user=user, now=now, by_staff=True)


_ACTIONS: dict[str, Callable[..., Registration]] = {
    "check_in": check_in,
    "undo": undo_check_in,
    "promote": promote_registration,
    "cancel": _cancel_by_staff,
}


class SessionPage(WagtailAdminTemplateMixin, View):
    """What the pages of one session share. Reading needs ``view_registration``, acting ``change_registration``."""

    header_icon = "group"
    session: EventSession

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        needed = "events.view_registration" if request.method in {"GET", "HEAD"} else "events.change_registration"
        if not request.user.has_perm(needed):  # type: ignore[union-attr]
            raise PermissionDenied
        self.session = get_object_or_404(EventSession.objects.select_related("page"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_page_title(self) -> str:
        return str(self.session)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("首页")},
            {"url": reverse("event_sessions:index"), "label": _("活动场次")},
            {"url": registrations_url(self.session), "label": str(self.session)},
        ]


class RegistrationsView(SessionPage):
    """The list, with search by ticket code or last four digits; each row's actions act on POST."""

    template_name = "events/admin/registrations.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            self._act(request)
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(request.get_full_path())

    def _act(self, request: HttpRequest) -> None:
        now, name = timezone.now(), request.POST.get("action", "")
        if name == "offer":
            offered = promote_waitlist(session_id=self.session.pk, now=now)
            messages.success(request, _("按顺序询问了 %(count)s 位。") % {"count": len(offered)})
        elif name == "cancel_session":
            if not request.user.has_perm("events.change_eventsession"):  # type: ignore[union-attr]
                raise PermissionDenied
            cancel_session(session_id=self.session.pk, user=request.user, now=now)  # type: ignore[arg-type]
            messages.success(request, _("这一场已取消，报名的人都会收到通知。"))
        elif name in _ACTIONS:
            registration = get_object_or_404(Registration, pk=request.POST.get("registration"), session=self.session)
            _ACTIONS[name](registration_id=registration.pk, user=request.user, now=now)
            messages.success(request, str(_DONE[name]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query, status = self.request.GET.get("q", ""), self.request.GET.get("status", "")
        found = search_registrations(session=self.session, query=query, status=status)
        return {
            **super().get_context_data(**kwargs),
            "session": self.session,
            "card": present_session(self.session, now=timezone.now()),
            "seats": seats_text(self.session),
            "waiting": waiting_count(self.session),
            "registrations": Paginator(found, REGISTRATIONS_PER_PAGE).get_page(self.request.GET.get("page")),
            "query": query,
            "status": status,
            "statuses": RegistrationStatus.choices,
            "may_change": self.request.user.has_perm("events.change_registration"),  # type: ignore[union-attr]
        }


class ExportView(SessionPage):
    """The table, streamed; each download is in the audit trail."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        record_audit(action="events.export_registrations", target=self.session, user=request.user, now=timezone.now())
        response = StreamingHttpResponse(csv_lines(self.session), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="registrations-{self.session.pk}.csv"'
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class CallerView(SessionPage):
    """Signs up someone on the telephone, in under a minute."""

    template_name = "events/admin/caller.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self._form()))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            try:
                registration = self._register(form)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                text = _("已登记：%(status)s，签到码 %(code)s，请念给对方听。")
                values = {"status": registration.get_status_display(), "code": registration.ticket_text}
                messages.success(request, text % values)
                return redirect(registrations_url(self.session))
        return self.render_to_response(self.get_context_data(form=form))

    def _form(self, data: Any = None) -> CallerForm:
        card = present_session(self.session, now=timezone.now())
        return CallerForm(data, cards=[card], access_choices=self.session.page.access_choices())

    def _register(self, form: CallerForm) -> Registration:
        now, user = timezone.now(), self.request.user
        contacts = [
            get_or_create_contact(channel=channel, value=value, now=now) for channel, value in form.typed_contacts()
        ]
        return register_attendee(
            session_id=self.session.pk,
            contact=contacts[0],
            second_contact=contacts[1] if len(contacts) > 1 else None,
            name=form.cleaned_data["name"],
            seats=form.cleaned_data["seats"],
            access_needs=form.access_needs(),
            accept_waitlist=form.cleaned_data["wait"],
            source=RegistrationSource.STAFF,
            staff=user,  # type: ignore[arg-type]
            now=now,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "session": self.session}
