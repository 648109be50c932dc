"""Spaced review: what a learner is asked again, and how they answered. Scores of quizzes know nothing of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from quizzes.enums import ReviewMail, ReviewStatus
from quizzes.models.questions import Question, QuestionVersion

# Calendar days from the day on which the question was learnt (docs/decisions/0023-reviews.md).
INTERVALS = (1, 7, 30, 90)
# At this one the same misconception is asked in another guise.
TWIN_INTERVAL = 30


class ReviewPlan(models.Model):
    """What a learner chose about reviews; its row is locked while a question is asked or answered.

    ``mailed_on`` is the last day for which a letter was considered.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="review_plan")
    paused_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=ReviewMail.choices, default=ReviewMail.OFF)
    contact_point = models.ForeignKey(
        "accounts.ContactPoint", on_delete=models.CASCADE, null=True, blank=True, related_name="review_plans"
    )
    mailed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(mail__in=ReviewMail.values), name="quizzes_review_plan_mail_known"),
            models.CheckConstraint(
                condition=Q(mail=ReviewMail.OFF, contact_point__isnull=True)
                | (~Q(mail=ReviewMail.OFF) & Q(contact_point__isnull=False)),
                name="quizzes_review_plan_mail_address",
            ),
        )
        indexes = (
            models.Index(fields=("mailed_on", "id"), name="quizzes_review_mail", condition=~Q(mail=ReviewMail.OFF)),
        )

    def __str__(self) -> str:
        return str(self.user_id)

    @property
    def still_owns_address(self) -> bool:
        """Whether letters would reach the learner: an address that left the account may be somebody else's."""
        contact = self.contact_point
        return contact is not None and contact.user_id == self.user_id and contact.verified_at is not None


class ReviewItem(models.Model):
    """A question on one learner's schedule.

    ``learnt_on`` is the day from which intervals count, ``step`` the next interval, ``due_on`` the day of it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="review_items")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    learnt_on = models.DateField()
    step = models.PositiveSmallIntegerField(default=INTERVALS[0])
    due_on = models.DateField(null=True, blank=True)
    last_right = models.BooleanField()
    status = models.CharField(max_length=12, choices=ReviewStatus.choices, default=ReviewStatus.SCHEDULED)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "question"), name="quizzes_review_item_unique"),
            models.CheckConstraint(condition=Q(step__in=INTERVALS), name="quizzes_review_item_step"),
            models.CheckConstraint(
                condition=Q(status=ReviewStatus.SCHEDULED, due_on__isnull=False)
                | Q(status__in=(ReviewStatus.DONE, ReviewStatus.FORGOTTEN), due_on__isnull=True),
                name="quizzes_review_item_due",
            ),
        )
        indexes = (models.Index(fields=("user", "status", "due_on", "last_right", "id"), name="quizzes_review_due"),)

    def __str__(self) -> str:
        return f"{self.user_id}/{self.question_id}"


class Review(models.Model):
    """One asking of a question: open until it is answered.

    ``day`` is the Shanghai day to which it belongs, the day of the answer once there is one; ``interval`` the interval
    that the calendar had reached when it was asked. ``first`` marks the first answer to this question at this
    interval: only those count as retention. ``seed`` decides the order of options and never leaves the server.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="reviews")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    interval = models.PositiveSmallIntegerField()
    day = models.DateField()
    seed = models.CharField(max_length=32)
    asked_at = models.DateTimeField()
    mailed = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    chosen = models.JSONField(null=True, blank=True)
    correct = models.BooleanField(null=True, blank=True)
    first = models.BooleanField(default=False)

    class Meta:
        ordering = ("-day",)
        constraints = (
            models.UniqueConstraint(fields=("user", "day"), name="quizzes_review_one_a_day"),
            models.UniqueConstraint(
                fields=("user",), condition=Q(answered_at__isnull=True), name="quizzes_review_one_open"
            ),
            models.UniqueConstraint(
                fields=("item", "interval"), condition=Q(first=True), name="quizzes_review_one_first"
            ),
            models.CheckConstraint(condition=Q(interval__in=INTERVALS), name="quizzes_review_interval"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, correct__isnull=True, first=False)
                | Q(answered_at__isnull=False, correct__isnull=False),
                name="quizzes_review_graded",
            ),
        )

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def days_since(self) -> int:
        """How many days ago the question was learnt, as long as it is open: a wrong answer begins anew."""
        return (self.day - self.item.learnt_on).days
