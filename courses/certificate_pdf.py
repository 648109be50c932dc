"""A certificate as a PDF for its holder: what the page shows, on one sheet of paper."""

from dataclasses import replace

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.dates import day_text
from core.pdf import INK, SMALL, SOFT, Document, Look
from courses.enums import Tier
from courses.models import Certificate
from courses.qr import draw_qr

_SEALS = {Tier.BEGINNER.value: "入", Tier.INTERMEDIATE.value: "进", Tier.ADVANCED.value: "高"}
_TITLE = Look(size=34, leading=1.3, font="display", after=0)
_SAY = Look(size=16, leading=1.75, after=2)
_LABEL, _VALUE = Look(size=11, colour=SOFT, leading=1.6, after=0), Look(size=11, leading=1.6, after=0)


def write_certificate(certificate: Certificate, *, name: str, verify_url: str) -> bytes:
    """Return the sheet with ``name`` on it, or without one. The score stands there only where the holder shows it.

    Raises ``NoFontError`` where the machine has no Chinese font.
    """
    with translation.override(settings.LANGUAGE_CODE):
        document = Document(title=_("学习证明"), author=settings.SITE_TITLE, landscape=True, margin=30)
        document.set_creation_date(timezone.localtime(certificate.issued_at))
        document.begin(running=False)
        _frame(document)
        document.seal(_SEALS[certificate.tier], document.l_margin, 30, 17)
        document.set_y(29)
        site = settings.SITE_TITLE
        document.paragraph(site, Look(size=12, colour=SOFT, after=0, indent=23))
        document.paragraph(_("学习证明"), replace(_TITLE, size=28, indent=23))
        document.set_y(57)
        document.heavy_rule()
        document.set_y(68)
        _statement(document, certificate, name)
        _details(document, certificate, verify_url)
        code = draw_qr(verify_url)
        document.squares(code.cells, code.size, document.w - document.r_margin - 46, 106, 46)
        document.set_y(163)
        document.hairline()
        document.set_y(166)
        words = _("本证明只说明持有人通过了一次知识测验。它不是从业资格，不代表适当性结论，不推荐任何产品。")
        document.paragraph(words, replace(SMALL, colour=INK))
        return document.finished()


def _frame(document: Document) -> None:
    """Draw the double frame of a title slip: thick outside, thin inside."""
    document.set_draw_color(*INK)
    for inset, weight in ((12.0, 1.0), (14.2, 0.25)):
        document.set_line_width(weight)
        document.rect(inset, inset, document.w - 2 * inset, document.h - 2 * inset)


def _statement(document: Document, certificate: Certificate, name: str) -> None:
    words = {
        "name": name,
        "tier": certificate.get_tier_display(),
        "day": day_text(timezone.localdate(certificate.attempt.finished_at)),
    }
    if name:
        document.paragraph(name, replace(_SAY, size=24, font="display", after=1))
        document.paragraph(_("于 %(day)s通过了投资者教育课程的%(tier)s测验。") % words, _SAY)
    else:
        document.paragraph(_("持有人于 %(day)s通过了投资者教育课程的%(tier)s测验。") % words, _SAY)


def _details(document: Document, certificate: Certificate, verify_url: str) -> None:
    rows = [(_("发出"), day_text(timezone.localdate(certificate.issued_at)))]
    if certificate.shows_score:
        attempt = certificate.attempt
        rows.append(
            (_("成绩"), _("答对 %(score)d 题，共 %(total)d 题") % {"score": attempt.score, "total": attempt.total})
        )
    rows += [
        (_("内容版本"), certificate.content_version),
        (_("编号"), certificate.grouped_code),
        (_("查验"), verify_url),
    ]
    document.set_y(110)
    width = document.width - 60
    for label, value in rows:
        top = document.get_y()
        document.line_at(document.lines_of(label, _LABEL, 26)[0], _LABEL, document.l_margin, 26, top)
        lines = document.lines_of(value, _VALUE, width - 26)
        for number, line in enumerate(lines):
            document.line_at(line, _VALUE, document.l_margin + 26, width - 26, top + number * _VALUE.line)
        document.set_y(top + len(lines) * _VALUE.line + 1.6)
