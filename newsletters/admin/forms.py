"""What is checked while a letter is written."""

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm

from messaging.sms_lint import blocking
from newsletters.letters import sms_findings


class CampaignForm(WagtailAdminModelForm):
    """A letter; what its short message must not say is told beside that field."""

    def clean_sms_text(self) -> str:
        text = str(self.cleaned_data["sms_text"])
        wrong = blocking(sms_findings(text))
        if wrong:
            raise ValidationError([ValidationError(sentence, code="sms") for sentence in wrong])
        return text
