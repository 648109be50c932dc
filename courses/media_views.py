"""Recordings in the admin, their chooser, and their captions for readers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from core.errors import DomainError
from courses.forms import LARGEST_ID
from courses.media_forms import MediaTitleForm, MediaUploadForm
from courses.models import MediaFile


@require_safe
def captions(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the captions of a recording."""
    if pk > LARGEST_ID:
        raise Http404
    media = get_object_or_404(MediaFile.objects.exclude(captions=""), pk=pk)
    return HttpResponse(media.captions, content_type="text/vtt; charset=utf-8")


class MediaEditView(generic.EditView):
    """Another name; recording and captions stay as they are."""

    def get_form_class(self) -> type[MediaTitleForm]:
        return MediaTitleForm


class MediaDeleteView(generic.DeleteView):
    """Refuses, in words, what is still shown somewhere."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[no-any-return]
        except DomainError as error:
            messages.error(self.request, str(error))
            return redirect(self.index_url_name)


class MediaFileViewSet(ModelViewSet):
    """音视频."""

    model = MediaFile
    icon = "media"
    menu_label = _("音视频")
    menu_name = "media-files"
    menu_order = 310
    add_to_admin_menu = True
    edit_view_class = MediaEditView
    delete_view_class = MediaDeleteView
    list_display = (
        "title",
        Column("extension", label=_("格式")),
        BooleanColumn("captions", label=_("有字幕")),
        "created_at",
    )
    search_fields = ("title",)
    search_backend_name = None
    list_per_page = 50
    inspect_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> Any:
        return MediaTitleForm if for_update else MediaUploadForm


class MediaChooserViewSet(ChooserViewSet):
    """Choosing a recording, or uploading one on the spot."""

    model = MediaFile
    icon = "media"
    choose_one_text = _("选择音视频")
    choose_another_text = _("换一份音视频")
    edit_item_text = _("改名字")
    creation_form_class = MediaUploadForm
    per_page = 20


media_chooser_viewset = MediaChooserViewSet("media_chooser")
