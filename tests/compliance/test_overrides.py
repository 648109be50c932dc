"""Answering for a finding: by whom, for which text, with which reason."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from compliance.actions.overrides import release_finding
from compliance.errors import ReleaseRefusedError
from compliance.findings import findings_in
from compliance.models import FindingOverride
from core.actions.publishing import publish_through_review
from core.errors import PublicationRefusedError
from core.models import AuditEntry, PublishedVersion
from core.models.audit import AppendOnlyError
from courses.pages import LessonPage
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
QUOTED = "海报上写“稳赚不赔”，我们逐字拆开。"
REASON = "课里逐字拆解海报，读者不会误会。"


@pytest.fixture
def draft(course_site):
    page = course_site.draft(objective=QUOTED)
    page.objective = "本产品保证收益，稳赚不赔。"
    page.save_revision(user=course_site.author)
    return LessonPage.objects.get(pk=page.pk)


def stopping(subject):
    return [found for found in findings_in(subject) if found.severity == "block"]


def release(draft, user, now, *, reason=REASON, digest=None):
    revision = draft.get_latest_revision()
    subject = revision.as_object()
    digests = [digest] if digest else [found.digest for found in stopping(subject)]
    return [
        release_finding(subject=subject, revision=revision, digest=one, reason=reason, user=user, now=now)
        for one in digests
    ]


def publish(draft, course_site, now):
    return publish_through_review(
        page=LessonPage.objects.get(pk=draft.pk).get_latest_revision_as_object(),
        author=course_site.author, reviewer=course_site.reviewer, now=now,
    )  # fmt: skip


def test_a_released_text_goes_live_and_the_record_says_who_answers(course_site, draft, now):
    rows = release(draft, course_site.reviewer, now)
    live = publish(draft, course_site, now)
    version = PublishedVersion.objects.latest("pk")
    assert live.live is True
    assert {entry["rule"] for entry in version.released} == {row.rule for row in rows}
    assert {(entry["reviewer"], entry["reason"]) for entry in version.released} == {
        (str(course_site.reviewer.pk), REASON)
    }
    assert AuditEntry.objects.filter(action="compliance.finding.release").count() == len(rows)


def test_every_finding_needs_its_own(course_site, draft, now):
    release(draft, course_site.reviewer, now, digest=stopping(draft.get_latest_revision().as_object())[0].digest)
    with pytest.raises(PublicationRefusedError, match="稳赚不赔"):
        publish(draft, course_site, now)


def test_changed_text_needs_a_new_one(course_site, draft, now):
    release(draft, course_site.reviewer, now)
    changed = draft.get_latest_revision_as_object()
    changed.objective = "这个产品保证收益，稳赚不赔。"
    changed.save_revision(user=course_site.author)
    with pytest.raises(PublicationRefusedError):
        publish(draft, course_site, now)


def test_unchanged_text_keeps_it_through_later_revisions(course_site, draft, now):
    release(draft, course_site.reviewer, now)
    changed = draft.get_latest_revision_as_object()
    changed.subtitle = "只改了别处"
    changed.save_revision(user=course_site.author)
    assert publish(draft, course_site, now).live is True


@pytest.mark.parametrize("who", ["author", "superuser who wrote", "editor", "inactive"])
def test_only_a_reviewer_who_wrote_none_of_it_releases(course_site, draft, now, who):
    user = {"author": course_site.author, "editor": StaffFactory(role="editor")}.get(who)
    if who == "superuser who wrote":
        user = StaffFactory(is_superuser=True)
        draft.get_latest_revision_as_object().save_revision(user=user)
    elif who == "inactive":
        user = StaffFactory(role="reviewer", is_active=False)
    with pytest.raises(ReleaseRefusedError, match="没有参与撰写"):
        release(LessonPage.objects.get(pk=draft.pk), user, now)
    assert FindingOverride.objects.count() == 0


@pytest.mark.parametrize("reason", ["", "没问题", "         没问题的        "])
def test_a_reason_is_a_sentence(course_site, draft, now, reason):
    with pytest.raises(ReleaseRefusedError, match="至少写"):
        release(draft, course_site.reviewer, now, reason=reason)


def test_a_digest_of_another_text_is_refused(course_site, draft, now):
    with pytest.raises(ReleaseRefusedError, match="已经改过"):
        release(draft, course_site.reviewer, now, digest="0" * 64)


def test_a_release_of_another_page_counts_for_nothing(course_site, draft, now):
    release(draft, course_site.reviewer, now)
    other = course_site.draft(code="D-91", slug="second")
    other.objective = draft.get_latest_revision_as_object().objective
    with pytest.raises(PublicationRefusedError):
        publish_through_review(page=other, author=course_site.author, reviewer=course_site.reviewer, now=now)


@pytest.mark.parametrize("who", ["author", "editor", "gone"])
def test_a_row_made_by_code_passes_the_same_questions(course_site, draft, now, who):
    [row, *_rest] = release(draft, course_site.reviewer, now)
    people = {"author": course_site.author.pk, "editor": StaffFactory(role="editor").pk, "gone": 10**9}
    fields = {
        field.attname: getattr(row, field.attname)
        for field in FindingOverride._meta.concrete_fields
        if field.name != "id"
    }
    digests = [found.digest for found in stopping(draft.get_latest_revision().as_object())]
    if connection.vendor == "postgresql":
        pytest.skip("rows cannot be taken away there")
    FindingOverride.objects.all()._raw_delete("default")
    for digest in digests:
        FindingOverride.objects.create(**{**fields, "digest": digest, "reviewer": str(people[who])})
    with pytest.raises(PublicationRefusedError):
        publish(draft, course_site, now)


def test_who_loses_the_permission_no_longer_answers(course_site, draft, now):
    release(draft, course_site.reviewer, now)
    other = StaffFactory(role="reviewer")
    course_site.reviewer.groups.clear()
    with pytest.raises(PublicationRefusedError, match="稳赚不赔"):
        publish_through_review(
            page=draft.get_latest_revision_as_object(), author=course_site.author, reviewer=other, now=now
        )


def test_rows_are_added_only(course_site, draft, now):
    row = release(draft, course_site.reviewer, now)[0]
    row.reason = "后来想想还是换一个说法好一些。"
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()
    with pytest.raises(AppendOnlyError):
        FindingOverride.objects.update(reason=REASON)


def test_the_table_refuses_a_short_reason(course_site, draft, now):
    row = release(draft, course_site.reviewer, now)[0]
    row.pk, row._state.adding, row.reason = None, True, "短"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.postgres
def test_postgresql_refuses_to_change_a_row(course_site, draft, now):
    row = release(draft, course_site.reviewer, now)[0]
    for statement in ("UPDATE compliance_findingoverride SET reason = reason WHERE id = %s",
                      "DELETE FROM compliance_findingoverride WHERE id = %s"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [row.pk])
