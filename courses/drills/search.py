"""What search finds of the drills."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from core.registries import SearchHit
from core.search.sources import model_source
from courses.drills.queries import public_drills
from courses.models import Drill


def _drill_hits(drills: Sequence[Drill]) -> Iterable[SearchHit]:
    for drill in drills:
        yield SearchHit(str(drill), drill.get_absolute_url(), "drill", drill.intro, key=drill.pk)


SOURCE = model_source(label=_("演练"), model=Drill, queryset=public_drills, present=_drill_hits)
