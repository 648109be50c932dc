"""messaging.actions.filing: what a carrier has let through."""

import pytest
from django.core.management import call_command

from accounts.models import User
from core.models import AuditDetail, AuditEntry
from messaging.actions.filing import (
    approve_filing,
    draft_filing,
    draft_registered_templates,
    filing_for,
    reject_filing,
    submit_filing,
)
from messaging.errors import FilingError
from messaging.models import SmsFiling
from messaging.templates import get_template

pytestmark = pytest.mark.django_db
TEXT = "{name}您好，报名成功。"


@pytest.fixture
def clerk():
    return User.objects.create_user("service", "service@example.com", "touzizhe-2026", is_staff=True)


def draft(now, text=TEXT):
    return draft_filing(backend="sms", template="tests.plain", text=text, now=now)[0]


def found(text=TEXT, backend="sms", template="tests.plain"):
    return filing_for(backend=backend, template=template, text=text)


def test_only_an_approved_filing_of_exactly_this_text_counts(now, clerk):
    filing = draft(now)
    assert found() is None
    submit_filing(filing_id=filing.pk, user=clerk, now=now)
    assert found() is None
    approve_filing(filing_id=filing.pk, provider_code=" T1001 ", user=clerk, now=now)
    assert (found(), found().provider_code) == (filing, "T1001")
    assert found("{name}您好，报名成功！") is None
    assert found(backend="sms-fallback") is None
    assert found(template="tests.other") is None


def test_a_changed_text_needs_a_filing_of_its_own(now, clerk):
    filing = draft(now)
    submit_filing(filing_id=filing.pk, user=clerk, now=now)
    approve_filing(filing_id=filing.pk, provider_code="T1001", user=clerk, now=now)
    changed = draft(now, "{name}您好，已报名。")
    assert (changed.state, changed.provider_code) == ("draft", "")
    assert found("{name}您好，已报名。") is None
    assert found() == filing


def test_rejected_text_stops_at_once_and_may_be_handed_in_again(now, clerk):
    filing = draft(now)
    submit_filing(filing_id=filing.pk, user=clerk, now=now)
    approve_filing(filing_id=filing.pk, provider_code="T1001", user=clerk, now=now)
    rejected = reject_filing(filing_id=filing.pk, note="运营商收回", user=clerk, now=now)
    assert (rejected.state, rejected.note, found()) == ("rejected", "运营商收回", None)
    again = submit_filing(filing_id=filing.pk, user=clerk, now=now)
    assert (again.state, again.note) == ("submitted", "")


def test_steps_out_of_order_are_refused_and_change_nothing(now, clerk):
    filing = draft(now)
    with pytest.raises(FilingError, match="报备中的短信"):
        approve_filing(filing_id=filing.pk, provider_code="T1", user=clerk, now=now)
    with pytest.raises(FilingError, match="报备中或报备通过"):
        reject_filing(filing_id=filing.pk, note="不行", user=clerk, now=now)
    submit_filing(filing_id=filing.pk, user=clerk, now=now)
    with pytest.raises(FilingError, match="未报备或报备未通过"):
        submit_filing(filing_id=filing.pk, user=clerk, now=now)
    with pytest.raises(FilingError, match="原因"):
        reject_filing(filing_id=filing.pk, note="  ", user=clerk, now=now)
    filing.refresh_from_db()
    assert (filing.state, filing.provider_code, filing.note) == ("submitted", "", "")


def test_each_step_is_in_the_audit_trail(now, clerk):
    filing = draft(now)
    submit_filing(filing_id=filing.pk, user=clerk, now=now)
    reject_filing(filing_id=filing.pk, note="含变量过多", user=clerk, now=now)
    entries = AuditEntry.objects.filter(target=f"messaging.smsfiling:{filing.pk}").order_by("pk")
    assert [entry.action for entry in entries] == [
        "messaging.filing.drafted",
        "messaging.filing.submitted",
        "messaging.filing.rejected",
    ]
    assert AuditDetail.objects.get(entry_id=entries.last().pk).detail["note"] == "含变量过多"


def test_command_drafts_every_registered_text_once(now, capsys):
    call_command("file_sms_templates")
    first = capsys.readouterr().out
    call_command("file_sms_templates")
    assert capsys.readouterr().out == "0 new drafts.\n"
    filing = SmsFiling.objects.get(template="messaging.code")
    assert (filing.backend, filing.state, filing.text) == ("sms", "draft", str(get_template("messaging.code").sms))
    assert f"sms\tmessaging.code\t{filing.text}\n" in first
    # The letters' own words are filed letter by letter.
    assert not SmsFiling.objects.filter(template__startswith="newsletters.campaign").exists()


def test_each_backend_has_filings_of_its_own(now):
    draft_registered_templates(backends=["sms"], now=now)
    made = draft_registered_templates(backends=["sms", "sms-fallback"], now=now)
    assert {filing.backend for filing in made} == {"sms-fallback"}
    assert len(made) == SmsFiling.objects.filter(backend="sms").count()
