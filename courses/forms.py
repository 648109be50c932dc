"""Input of the courses' views."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.validators import plain_line
from core.pdf import lacking_in_titles

# Anyone with the code reads the name: no number to call, no address, no sentence of an advertisement.
_NAME_SIGNS = frozenset(" ·•.-'’")
_LONGEST_NAME = 20

# Databases raise an error of their own at larger numbers.
LARGEST_ID = 2**31 - 1


class CertificateForm(forms.Form):
    """What others see of a certificate."""

    name = forms.CharField(
        label=_("给别人看的姓名"),
        required=False,
        max_length=_LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("留空就不显示姓名。网站不核对姓名，查验页上会这样写明。"),
    )
    shows_score = forms.BooleanField(label=_("也给别人看答对了几题"), required=False)

    def clean_name(self) -> str:
        return _plain_name(self.cleaned_data["name"])


class PdfNameForm(forms.Form):
    """The name that is printed on one download of a certificate and kept nowhere."""

    pdf_name = forms.CharField(
        label=_("印在 PDF 上的姓名"),
        required=False,
        max_length=_LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("只印在这一份文件上，不保存，也不改变别人查到的内容。留空就不印。"),
    )

    def clean_pdf_name(self) -> str:
        """Refuse what would not be printed as it is written: a name with a sign too few is somebody else's."""
        name = _plain_name(self.cleaned_data["pdf_name"])
        lacking = lacking_in_titles(name)
        if lacking:
            raise ValidationError(
                gettext("“%(signs)s”在 PDF 里印不出来。请换一种写法；也可以留空，印出来再手写。") % {"signs": lacking}
            )
        return name


def _plain_name(text: str) -> str:
    """Return a name as one line of letters; raise ``ValidationError`` for digits and other signs."""
    name = plain_line(text)
    kinds = [unicodedata.category(sign)[0] for sign in name]
    strange = any(kind not in "LM" and sign not in _NAME_SIGNS for kind, sign in zip(kinds, name, strict=True))
    if strange or (name and "L" not in kinds):
        raise ValidationError(gettext("姓名里只能有文字、空格和间隔号，不能有数字和网址。"))
    return name


class RevokeForm(forms.Form):
    """Why a certificate is revoked."""

    reason = forms.CharField(
        label=_("撤销的原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("本人会看到，也会记入操作记录。不要写与此无关的个人情况。"),
    )
