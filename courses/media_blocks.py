"""Video and audio in a lesson or an article."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.coreutils import resolve_model_string
from wagtail.images.blocks import ImageChooserBlock

from core.blocks import TEXT_FEATURES


class MediaChooserBlock(blocks.ChooserBlock):  # type: ignore[misc]
    """A recording out of the site's own."""

    @cached_property
    def target_model(self) -> Any:
        return resolve_model_string("courses.MediaFile")

    @cached_property
    def widget(self) -> Any:
        from courses.media_views import media_chooser_viewset

        return media_chooser_viewset.widget_class()


class MediaBlock(blocks.StructBlock):  # type: ignore[misc]
    """Video or audio of the site's own, and what is said in it. Nothing loads before the reader asks for it."""

    media = MediaChooserBlock(label=_("音视频"))
    title = blocks.CharBlock(label=_("标题"), max_length=60, help_text=_("讲的是什么，谁在讲。"))
    transcript = blocks.RichTextBlock(
        label=_("文字稿"),
        features=TEXT_FEATURES,
        required=False,
        help_text=_("写全说了什么。有字幕时可以不写，读者看到的文字稿就用字幕里的话。"),
    )
    poster = ImageChooserBlock(label=_("视频封面"), required=False)

    def clean(self, value: Any) -> Any:
        """Return the cleaned value; refuse a recording without words, except in a draft."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation and cleaned["media"] is not None and not has_words(cleaned):
            raise blocks.StructBlockValidationError(
                block_errors={
                    "transcript": ValidationError(gettext("这份音视频没有字幕，请写文字稿：听不见的人靠它。"))
                }
            )
        return cleaned

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, "has_transcript": bool(_written(value["transcript"]))}

    class Meta:
        label = _("音视频")
        icon = "media"
        template = "blocks/media.html"


def has_words(value: Any) -> bool:
    """Tell whether what a media block holds can be read: captions, or a transcript that says something."""
    media = value.get("media")
    return bool(_written(value.get("transcript")) or (media is not None and media.captions))


def _written(transcript: Any) -> str:
    return strip_tags(str(getattr(transcript, "source", transcript) or "")).strip()
