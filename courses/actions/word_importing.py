"""A new draft from a Word document, in two steps when it holds pictures. Nothing here publishes or submits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.images.permissions import permission_policy as image_permissions
from wagtail.models import Collection, Page

from courses.actions.draft_importing import TITLE_MOST, draft_below, kind_below
from courses.errors import ContentInvalidError
from courses.models import DraftUpload
from courses.word import Picture, WordText, read_word

KEPT = timedelta(days=1)
ALT_MOST = 200


@dataclass(frozen=True)
class WordDraft:
    """The new page, and the names of what its document held and a draft cannot."""

    page: Any
    left_out: list[str]


def read_for_import(*, parent: Page, data: bytes, user: Any) -> WordText:
    """Return what the document says; nothing is stored.

    Raises ``ContentInvalidError`` for a file that may not be opened or says nothing, for a place where nothing is
    imported, and for pictures when ``user`` may add none.
    """
    if kind_below(parent) is None:
        raise ContentInvalidError(_("这里不能导入：请从一个级别或一个栏目进来。"))
    text = read_word(data)
    if not text.blocks and not text.title:
        raise ContentInvalidError(_("文件里没有文字。"))
    if text.pictures and collection_for(user) is None:
        raise ContentInvalidError(_("文件里有图片，您没有上传图片的权限。请先去掉图片，或找管理员。"))
    return text


def keep_upload(*, parent: Page, data: bytes, user: Any, now: datetime) -> DraftUpload:
    """Keep the file until its pictures are described."""
    upload = DraftUpload(user=user, parent=parent, created_at=now)
    upload.file.save("upload.docx", ContentFile(data), save=False)
    upload.save()
    return upload


def forget_upload(upload: DraftUpload) -> None:
    """Delete the row, and its file after commit."""
    name, storage = str(upload.file.name), upload.file.storage
    upload.delete()
    transaction.on_commit(lambda: storage.delete(name))


def purge_uploads(*, now: datetime) -> int:
    """Delete what nobody came back to within a day; return how many."""
    old = list(DraftUpload.objects.filter(created_at__lt=now - KEPT))
    for upload in old:
        with transaction.atomic():
            forget_upload(upload)
    return len(old)


def import_word(
    *, parent: Page, text: WordText, alts: Sequence[str], user: Any, upload: DraftUpload | None = None
) -> WordDraft:
    """Create a draft below ``parent``, its pictures in the library; ``upload`` goes with it.

    ``alts`` says what each picture shows. Raises ``ContentInvalidError`` when one is missing, or when the upload was
    imported already, as by a button pressed twice.
    """
    alts = [" ".join(alt.split())[:ALT_MOST] for alt in alts]
    if len(alts) != len(text.pictures) or not all(alts):
        raise ContentInvalidError(_("每张图都要写替代文字。"))
    title = (text.title or _("导入的草稿"))[:TITLE_MOST]
    with transaction.atomic():
        if upload is not None:
            held = DraftUpload.objects.select_for_update().filter(pk=upload.pk).first()
            if held is None:
                raise ContentInvalidError(_("这个文件已经导入过了。"))
            forget_upload(held)
        with _images_added(text.pictures, alts, title=title, user=user) as images:
            blocks = [
                {
                    "type": "image",
                    "value": {"image": images[block["value"]], "alt": alts[block["value"]], "caption": ""},
                }
                if block["type"] == "picture"
                else block
                for block in text.blocks
            ]
            page = draft_below(parent=parent, title=title, blocks=blocks, user=user)
    return WordDraft(page, text.left_out)


def collection_for(user: Any) -> Collection | None:
    """Return the collection into which ``user`` puts pictures: the topmost one that is theirs to add to."""
    allowed = image_permissions.collections_user_has_permission_for(user, "add")
    found: Collection | None = allowed.order_by("path").first()
    return found


@contextmanager
def _images_added(pictures: Sequence[Picture], alts: Sequence[str], *, title: str, user: Any) -> Iterator[list[int]]:
    """Put the pictures into the library for what is done with them; when that fails, their files go again."""
    collection = collection_for(user)
    made: list[Any] = []
    try:
        for number, (picture, alt) in enumerate(zip(pictures, alts, strict=True), start=1):
            image = get_image_model()(
                title=f"{title[:80]} {number}",
                file=ContentFile(picture.data, name=f"word-{number}.{picture.extension}"),
                description=alt,
                collection=collection,
                uploaded_by_user=user,
            )
            made.append(image)
            image.save()
        yield [image.pk for image in made]
    except BaseException:
        # The rows go with the transaction, the files do not.
        for image in made:
            image.file.storage.delete(image.file.name)
        raise
