"""The admin's side of the publish gate: nobody is offered a button that the gate would refuse."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks

from core.bulk_actions import PublishPages, PublishSnippets, UnpublishSnippets
from core.editing import comparison_url, in_review, no_autosave_in_review, overtaken_by
from core.messages import link_button
from core.publishing import GatedMixin

_LOCKED = 400


@hooks.register("insert_global_admin_css")
def link_staff_style() -> SafeString:
    """Link the house's colours and the style of the staff's own panels."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/staff.css"))


@hooks.register("construct_help_menu")
def remove_outside_links(request: Any, menu_items: list[Any]) -> None:
    """No link of the editor leads to another host."""
    menu_items[:] = [item for item in menu_items if not item.url.startswith(("http://", "https://", "//"))]


@hooks.register("construct_settings_menu")
def remove_site_records(request: Any, menu_items: list[Any]) -> None:
    """There is one site, and its address is a setting of the operator."""
    menu_items[:] = [item for item in menu_items if item.name != "sites"]


@hooks.register("insert_global_admin_js")
def link_staff_script() -> SafeString:
    """Link the script that asks before a step that cannot be undone."""
    return format_html('<script src="{}" defer></script>', static("js/staff.js"))


@hooks.register("insert_editor_js")
def link_paste_script() -> SafeString:
    """Link the script that makes lists of the lists of Word."""
    return format_html('<script src="{}" defer></script>', static("js/paste.js"))


@hooks.register("construct_page_action_menu")
@hooks.register("construct_snippet_action_menu")
def remove_publish_action(menu_items: list[Any], request: Any, context: dict[str, Any]) -> None:
    """Everyone submits, superusers included: the button would only be refused."""
    menu_items[:] = [item for item in menu_items if item.name != "action-publish"]


# After Wagtail's own, whose place the first one takes.
for _action in (PublishPages, PublishSnippets, UnpublishSnippets):
    hooks.register("register_bulk_action", _action, order=10)


@hooks.register("before_edit_page")
def guard_what_others_wrote(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Stop autosave during a review; tell the form of a page whose words it would overwrite."""
    if request.method != "POST" or not isinstance(page, GatedMixin):
        return None
    if not request.accepts("text/html"):
        if not in_review(page):
            return None
        # The code whose words Wagtail's autosave shows.
        answer = {"success": False, "error_code": "locked", "error_message": no_autosave_in_review()}
        return JsonResponse(answer, status=_LOCKED)
    page.overtaken_by = overtaken_by(page, user=request.user, posted=request.POST)  # type: ignore[attr-defined]
    if page.overtaken_by is not None:  # type: ignore[attr-defined]
        url = comparison_url(
            page,
            loaded=request.POST["loaded_revision_id"],
            names=("wagtailadmin_pages:revisions_compare", "wagtailadmin_pages:history"),
        )
        messages.info(request, link_button(url, _("看对方改了什么")))
    return None
