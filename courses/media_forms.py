"""Uploading a recording with its captions."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.captions import CaptionError, read_captions, write_captions
from courses.media_types import MEDIA_TYPES, sniff
from courses.models import MediaFile

_MEGABYTE = 1024 * 1024


class MediaUploadForm(forms.ModelForm):  # type: ignore[type-arg]
    """A recording, judged by its content, and the words in it."""

    captions_file = forms.FileField(
        label=_("字幕（WebVTT）"),
        required=False,
        help_text=_("扩展名 .vtt。没有字幕，就要在正文里写文字稿：两样有一样才能发布。"),
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
    )

    class Meta:
        model = MediaFile
        fields = ("title", "file")
        widgets = {"file": forms.FileInput(attrs={"accept": ",".join(f".{name}" for name in MEDIA_TYPES)})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = gettext("mp4、webm、m4a 或 mp3，最大 %(size)d MB。上传后不能换。") % {
            "size": settings.MEDIA_FILE_MAX_BYTES // _MEGABYTE
        }

    def clean_file(self) -> Any:
        """Return the file under the ending that its content has; refuse what is too large or something else."""
        file = self.cleaned_data["file"]
        if file.size > settings.MEDIA_FILE_MAX_BYTES:
            raise ValidationError(
                gettext("文件有 %(size)d MB，最大 %(limit)d MB。请压缩后再传。")
                % {"size": -(-file.size // _MEGABYTE), "limit": settings.MEDIA_FILE_MAX_BYTES // _MEGABYTE}
            )
        found = sniff(file)
        if found is None:
            raise ValidationError(gettext("这个文件不是能播放的 mp4、webm、m4a 或 mp3。请换一种格式导出。"))
        file.name = f"upload.{found.extension}"
        self.instance.extension, self.instance.size = found.extension, file.size
        return file

    def clean_captions_file(self) -> Any:
        """Keep the captions in their plainest form; refuse what cannot be read, with its line."""
        file = self.cleaned_data["captions_file"]
        if file is not None:
            try:
                self.instance.captions = write_captions(read_captions(file.read()))
            except CaptionError as error:
                raise ValidationError(str(error)) from error
        return file


class MediaTitleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What may still be changed of a recording."""

    class Meta:
        model = MediaFile
        fields = ("title",)
