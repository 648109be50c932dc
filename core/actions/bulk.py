"""One step for many pages or snippets: each by itself, with an answer for each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.publish_revision import PublishPermissionError
from wagtail.actions.unpublish import UnpublishAction
from wagtail.models import Page

from core.errors import DomainError


@dataclass(frozen=True)
class Outcome:
    """What became of one of them: done, or why not."""

    title: str
    refusal: str = ""


def publish_each(*, objects: Iterable[Any], user: Any) -> list[Outcome]:
    """Publish the latest revision of each through the gate; a refusal leaves that one as it was and stops no other."""
    return [_tried(obj, lambda obj: _publish(obj, user)) for obj in objects]


def unpublish_each(*, objects: Iterable[Any], user: Any) -> list[Outcome]:
    """Take each snippet off the site; what something else still shows stays. The caller has asked for permission."""
    # Wagtail's own check knows pages alone.
    return [
        _tried(obj, lambda obj: UnpublishAction(obj, user=user).execute(skip_permission_checks=True)) for obj in objects
    ]


def set_review_date_of_each(*, objects: Iterable[Any], review_by: date, user: Any) -> list[Outcome]:
    """Write the next review into a new draft of each, of ``user``; what is public changes when that is approved.

    What is locked or being judged stays as it is.
    """
    return [_tried(obj, lambda obj: _set_review_date(obj, review_by, user)) for obj in objects]


def _tried(obj: Any, step: Callable[[Any], Any]) -> Outcome:
    title = obj.get_admin_display_title() if isinstance(obj, Page) else str(obj)
    try:
        with transaction.atomic():
            step(obj)
    except DomainError as error:
        return Outcome(title, str(error))
    except ValidationError as error:
        return Outcome(title, " ".join(error.messages))
    except PublishPermissionError:
        return Outcome(title, _("您没有权限。"))
    return Outcome(title)


def _publish(obj: Any, user: Any) -> None:
    revision = obj.get_latest_revision()
    if revision is None:
        raise ValidationError(_("这一版还没有通过审核，不能发布。请提交审核，由另一位同事通过。"))
    if obj.live and revision.pk == obj.live_revision_id:
        raise ValidationError(_("公开的就是最新的一版，没有要发布的。"))
    revision.publish(user=user)


def _set_review_date(obj: Any, review_by: date, user: Any) -> None:
    if obj.workflow_in_progress:
        raise ValidationError(_("正在审核，没有改。"))
    lock = obj.get_lock() if isinstance(obj, Page) else None
    if lock is not None and lock.for_user(user):
        raise ValidationError(_("已锁定，没有改。"))
    draft = obj.get_latest_revision_as_object()
    if draft.review_by == review_by:
        raise ValidationError(_("原来就是这一天。"))
    if draft.checked_on and review_by <= draft.checked_on:
        raise ValidationError(_("下次复审要晚于核对日期。"))
    draft.review_by = review_by
    # The rest of a draft may still be unfinished: that is for its form to say.
    draft.save_revision(user=user, log_action=True, clean=False)
    if not draft.live:
        type(draft).objects.filter(pk=draft.pk).update(review_by=review_by)
