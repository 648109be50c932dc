"""A text that waits for its author to say what its pictures show."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.storage import private_storage


def upload_name(_instance: Any, _filename: str) -> str:
    """Return a name that says nothing of the file."""
    return f"draft-uploads/{uuid4().hex}.docx"


class DraftUpload(models.Model):
    """A Word file between the two steps of its import. It goes when the draft is made, or after a day."""

    key = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("导入的人"))
    parent = models.ForeignKey("wagtailcore.Page", models.CASCADE, related_name="+", verbose_name=_("放在哪里"))
    file = models.FileField(_("文件"), storage=private_storage, upload_to=upload_name)
    created_at = models.DateTimeField(_("上传时间"), db_index=True)

    class Meta:
        verbose_name = _("等待导入的文件")
        verbose_name_plural = _("等待导入的文件")

    def __str__(self) -> str:
        return str(self.key)
