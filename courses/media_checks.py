"""What stands between a recording and its publication: words for those who cannot hear it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import PublicationRefusedError
from courses.media_blocks import has_words
from courses.pages.body import BodyMixin


def check_recordings(subject: Any) -> Sequence[Mapping[str, Any]]:
    """Raise ``PublicationRefusedError`` for a recording that is gone or cannot be read; lets nothing else through."""
    if isinstance(subject, BodyMixin):
        for block in subject.body:
            if block.block_type != "media":
                continue
            if block.value["media"] is None:
                raise PublicationRefusedError(
                    _("“%(title)s”的音视频已经不在了，请另选一份。") % {"title": block.value["title"]}, subject=subject
                )
            if not has_words(block.value):
                raise PublicationRefusedError(
                    _("“%(title)s”没有字幕也没有文字稿，听不见的人就不知道讲了什么。请补上一样再提交。")
                    % {"title": block.value["title"]},
                    subject=subject,
                )
    return []
