"""What a reader leaves in a lesson: how far they are, a bookmark, a private note, and whether it was clear."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField
from courses.enums import Clarity

# StreamField ids are UUIDs in text.
BLOCK_ID_LENGTH = 36
LONGEST_NOTE = 2_000


class LessonRecord(models.Model):
    """Something of one person about one lesson; it stays, with title and code, when the lesson is deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lesson = models.ForeignKey("courses.LessonPage", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    lesson_title = models.CharField(_("课名"), max_length=255)
    lesson_code = models.CharField(_("编号"), max_length=12, blank=True)

    # Staff see where a lesson is used: never by whom.
    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.user_id} {self.lesson_id}"

    def name_lesson(self, lesson: Any) -> None:
        """Keep what ``lesson`` is called now."""
        self.lesson_title, self.lesson_code = str(lesson), lesson.code

    @property
    def public_lesson(self) -> Any:
        """The lesson while readers can open it, else None."""
        return self.lesson if self.lesson is not None and self.lesson.live else None


class LessonProgress(LessonRecord):
    """One learner and one lesson: the sections reached, the one last read, and when the lesson was finished.

    Sections are named by the ids of their blocks, which stay when the lesson is edited. ``changes_seen_at`` is the
    time of the newest change that the learner has put away.
    """

    reached = models.JSONField(_("读过的节"), default=list, blank=True)
    last_block = models.CharField(_("读到哪里"), max_length=BLOCK_ID_LENGTH, blank=True)
    started_at = models.DateTimeField(_("开始"))
    updated_at = models.DateTimeField(_("最近一次"))
    finished_at = models.DateTimeField(_("学完"), null=True, blank=True)
    changes_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-updated_at", "-pk")
        verbose_name = _("学习进度")
        verbose_name_plural = _("学习进度")
        constraints = (
            models.UniqueConstraint(fields=("user", "lesson"), name="courses_progress_unique"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="courses_progress_finished_after_start",
            ),
            models.CheckConstraint(condition=~Q(lesson_title=""), name="courses_progress_named"),
        )
        indexes = (models.Index(fields=("user", "-updated_at"), name="courses_progress_recent"),)


class Bookmark(LessonRecord):
    """A lesson, or with ``block`` one section of it, to which somebody wants to come back."""

    block = models.CharField(max_length=BLOCK_ID_LENGTH, blank=True)
    section_title = models.CharField(_("小节"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("加上的时间"))

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("书签")
        verbose_name_plural = _("书签")
        constraints = (
            models.UniqueConstraint(fields=("user", "lesson", "block"), name="courses_bookmark_unique"),
            models.CheckConstraint(condition=~Q(lesson_title=""), name="courses_bookmark_named"),
        )


class LessonNote(LessonRecord):
    """The one note of a person about a lesson. ``version`` counts its changes, from one."""

    text = EncryptedTextField(_("笔记"))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("写下的时间"))
    updated_at = models.DateTimeField(_("改动的时间"))

    class Meta:
        ordering = ("-updated_at", "-pk")
        verbose_name = _("笔记")
        verbose_name_plural = _("笔记")
        constraints = (
            models.UniqueConstraint(fields=("user", "lesson"), name="courses_note_unique"),
            models.CheckConstraint(condition=~Q(lesson_title=""), name="courses_note_named"),
            models.CheckConstraint(condition=Q(version__gte=1), name="courses_note_version"),
        )


class ClarityAnswer(models.Model):
    """Whether a lesson was clear, of an account or (``visitor``: a keyed digest) of a browser's session.

    ``revision_id`` is the version of the lesson that was read. There are no words in it.
    """

    lesson = models.ForeignKey("courses.LessonPage", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    visitor = models.CharField(max_length=64, blank=True)
    answer = models.CharField(_("说清楚了吗"), max_length=8, choices=Clarity.choices)
    block = models.CharField(max_length=BLOCK_ID_LENGTH, blank=True)
    revision_id = models.BigIntegerField()
    answered_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ("pk",)
        verbose_name = _("课程反馈")
        verbose_name_plural = _("课程反馈")
        default_permissions = ()
        permissions = (("view_lesson_feedback", _("看课程反馈")),)
        constraints = (
            models.UniqueConstraint(fields=("lesson", "user"), name="courses_clarity_user_once"),
            models.UniqueConstraint(
                fields=("lesson", "visitor"), condition=~Q(visitor=""), name="courses_clarity_visitor_once"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) & ~Q(visitor="") | Q(user__isnull=False, visitor=""),
                name="courses_clarity_one_reader",
            ),
            models.CheckConstraint(condition=Q(answer__in=Clarity.values), name="courses_clarity_answer"),
            models.CheckConstraint(condition=Q(block="") | Q(answer=Clarity.PARTLY), name="courses_clarity_section"),
        )

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.answer}"
