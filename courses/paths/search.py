"""What search finds of the paths."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from core.registries import SearchHit
from core.search.sources import model_source
from courses.models import LearningPath
from courses.paths.queries import public_paths


def _path_hits(paths: Sequence[LearningPath]) -> Iterable[SearchHit]:
    for path in paths:
        yield SearchHit(str(path), path.get_absolute_url(), "path", path.promise, key=path.pk)


SOURCE = model_source(label=_("学习路径"), model=LearningPath, queryset=public_paths, present=_path_hits)
