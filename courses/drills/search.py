"""What search finds of the drills."""

from django.utils.translation import gettext_lazy as _

from core.search.sources import model_source
from courses.drills.queries import public_drills
from courses.models import Drill


def _drill_hit(drill: Drill) -> tuple[str, str, str, str]:
    return str(drill), drill.get_absolute_url(), "drill", drill.intro


SOURCE = model_source(label=_("演练"), queryset=public_drills, hit=_drill_hit)
