"""A new draft from a file: Markdown in one step, Word in two when it holds pictures."""

from base64 import b64encode
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from PIL import Image
from wagtail.models import Page

from courses import word_package
from courses.actions.draft_importing import LARGEST, import_markdown, kind_below
from courses.actions.word_importing import ALT_MOST, WordDraft, import_word, keep_upload, read_for_import
from courses.errors import ContentInvalidError
from courses.models import DraftUpload
from courses.word import Picture, WordText, shown_mode

_WORD_ENDINGS = (".docx", ".docm", ".dotx", ".dotm", ".doc", ".wps")
_THUMBNAIL = (320, 240)


class ImportForm(forms.Form):
    """The file to import."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("Word 文档（.docx，不超过 20 MB），或 Markdown（.md、.txt，UTF-8 编码，不超过 1 MB）。"),
        widget=forms.FileInput(attrs={"accept": ".docx,.md,.txt"}),
    )


class PictureForm(forms.Form):
    """What each picture of the document shows, one field a picture."""

    def __init__(self, *args: Any, pictures: list[Picture], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, picture in enumerate(pictures, start=1):
            self.fields[f"alt_{number}"] = forms.CharField(
                label=_("第 %(number)d 张图的替代文字") % {"number": number},
                max_length=ALT_MOST,
                initial=picture.alt,
                error_messages={"required": _("请写这张图里有什么。看不见图的人靠这句话。")},
            )

    def alts(self) -> list[str]:
        return [str(self.cleaned_data[name]) for name in self.fields]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_draft(request: HttpRequest, parent_id: int) -> HttpResponse:
    """Ask for a file and lead to the form of the draft that it makes, by way of its pictures when it holds any."""
    parent = get_object_or_404(Page, pk=parent_id).specific
    kind = _kind_or_refuse(request, parent)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return _take(request, parent, form.cleaned_data["file"])
        except ContentInvalidError as error:
            form.add_error("file", str(error))
    return render(
        request, "courses/import_draft.html", {"form": form, "parent": parent, "kind": kind._meta.verbose_name}
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def describe_pictures(request: HttpRequest, key: Any) -> HttpResponse:
    """Ask what each picture of a kept file shows, then make the draft; the file stays until that is done."""
    upload = get_object_or_404(DraftUpload.objects.select_related("parent"), pk=key, user=request.user)
    parent = upload.parent.specific
    kind = _kind_or_refuse(request, parent)
    with upload.file.open() as file:
        data = file.read()
    try:
        text = read_for_import(parent=parent, data=data, user=request.user)
    except ContentInvalidError as error:
        messages.error(request, str(error))
        return redirect("courses_import", parent.pk)
    form = PictureForm(request.POST or None, pictures=text.pictures)
    if form.is_valid():
        try:
            made = import_word(parent=parent, text=text, alts=form.alts(), user=request.user, upload=upload)
        except ContentInvalidError as error:
            form.add_error(None, str(error))
        else:
            return _to_the_draft(request, made)
    rows = [
        {"field": field, "thumbnail": _thumbnail(picture), "about": _words_before(text, place)}
        for place, (field, picture) in enumerate(zip(form, text.pictures, strict=True))
    ]
    return render(
        request,
        "courses/import_pictures.html",
        {"form": form, "rows": rows, "parent": parent, "kind": kind._meta.verbose_name, "left_out": text.left_out},
    )


def _kind_or_refuse(request: HttpRequest, parent: Page) -> type[Any]:
    kind = kind_below(parent)
    if kind is None or not parent.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    return kind


def _take(request: HttpRequest, parent: Page, file: UploadedFile) -> HttpResponse:
    now = timezone.now()
    if not _is_word(file):
        made = import_markdown(parent=parent, data=file.read(LARGEST + 1), user=request.user, now=now)
        _say_done(request)
        if made.pictures:
            messages.warning(
                request,
                _("有 %(count)d 张图没有带进来，原处留着图的说明。请用“图片”块加上。") % {"count": len(made.pictures)},
            )
        return redirect("wagtailadmin_pages:edit", made.page.pk)
    data = file.read(word_package.LARGEST + 1)
    text = read_for_import(parent=parent, data=data, user=request.user)
    if text.pictures:
        upload = keep_upload(parent=parent, data=data, user=request.user, now=now)
        return redirect("courses_import_pictures", upload.pk)
    return _to_the_draft(request, import_word(parent=parent, text=text, alts=[], user=request.user))


def _is_word(file: UploadedFile) -> bool:
    """Tell by ending and first bytes; what calls itself Word and is not gets the message for Word files."""
    start = file.read(4)
    file.seek(0)
    return str(file.name).casefold().endswith(_WORD_ENDINGS) or start in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}


def _to_the_draft(request: HttpRequest, made: WordDraft) -> HttpResponse:
    _say_done(request)
    if made.left_out:
        messages.warning(
            request, _("这些没有照原样带进来，请对照原文：%(names)s。") % {"names": "、".join(made.left_out)}
        )
    return redirect("wagtailadmin_pages:edit", made.page.pk)


def _say_done(request: HttpRequest) -> None:
    messages.success(request, _("已经导入成草稿，请补全必填的几项。"))


def _thumbnail(picture: Picture) -> str:
    """Return a small copy of the picture as a data address: the file itself has none."""
    with Image.open(BytesIO(picture.data)) as image:
        image.thumbnail(_THUMBNAIL)
        small = BytesIO()
        image.convert(shown_mode(image)).save(small, "PNG")
    return "data:image/png;base64," + b64encode(small.getvalue()).decode("ascii")


def _words_before(text: WordText, place: int) -> str:
    """Return the words that stand before a picture, so that its place is known again."""
    words = ""
    for block in text.blocks:
        if block["type"] == "picture" and block["value"] == place:
            break
        if block["type"] == "section":
            words = str(block["value"]["title"])
        elif block["type"] == "text":
            words = _plain(str(block["value"]))
    return words[-60:]


def _plain(html: str) -> str:
    return " ".join(strip_tags(html).split())
