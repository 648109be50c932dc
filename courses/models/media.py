"""Video and audio that the site serves itself."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import ReferenceIndex

from courses.captions import paragraphs_of
from courses.errors import MediaFixedError, MediaInUseError
from courses.media_types import MEDIA_TYPES, MediaType


def media_name(_instance: Any, filename: str) -> str:
    """Return a name that nobody guesses, with the ending that the content has."""
    return f"video-audio/{uuid4().hex}.{filename.rsplit('.', 1)[-1]}"


class MediaFile(models.Model):
    """One recording with its captions. Neither ever changes: a page that a second person approved keeps what they saw.

    Another recording, or a corrected caption, is another file, and the page that uses it is reviewed again.
    """

    title = models.CharField(_("名字"), max_length=80, help_text=_("给同事找它用；读者看到的标题在正文里写。"))
    file = models.FileField(_("文件"), upload_to=media_name)
    extension = models.CharField(
        _("格式"), max_length=4, choices=[(name, name) for name in MEDIA_TYPES], editable=False
    )
    size = models.PositiveBigIntegerField(_("字节"), editable=False)
    captions = models.TextField(_("字幕"), blank=True, editable=False)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("音视频")
        verbose_name_plural = _("音视频")
        constraints = (models.CheckConstraint(condition=models.Q(size__gt=0), name="courses_media_not_empty"),)

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; raise ``MediaFixedError`` when recording or captions would become others."""
        stored = MediaFile.objects.filter(pk=self.pk).values_list("file", "captions").first() if self.pk else None
        if stored is not None and stored != (self.file.name, self.captions):
            raise MediaFixedError(gettext("录音录像和字幕上传后不能换。请另传一份，在正文里改用新的。"))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; raise ``MediaInUseError`` while a page or snippet names it."""
        if ReferenceIndex.get_references_to(self).exists():
            raise MediaInUseError(gettext("还有内容在用“%(title)s”，不能删。") % {"title": self.title})
        return super().delete(*args, **kwargs)

    @property
    def type(self) -> MediaType:
        return MEDIA_TYPES[self.extension]

    @property
    def is_video(self) -> bool:
        return self.type.is_video

    @property
    def paragraphs(self) -> list[str]:
        """What the captions say, as running text."""
        return paragraphs_of(self.captions)
