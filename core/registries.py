"""How lower code reaches upper apps: typed registries, filled in ``AppConfig.ready``."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """An ordered, named collection that refuses a second item of the same name."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._items: dict[str, T] = {}

    def register(self, name: str, item: T) -> None:
        """Add ``item``; raise ``ValueError`` when the name is taken by something else."""
        if self._items.setdefault(name, item) is not item:
            raise ValueError(f"{self._kind} {name!r} is registered twice")

    def get(self, name: str) -> T:
        """Return the item; raise ``KeyError`` when nothing has that name."""
        return self._items[name]

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(self._items.items())


@dataclass(frozen=True)
class PersonalDataProvider:
    """What an app knows about a person: ``export`` for the copy they may ask for, ``erase`` for deletion."""

    export: Callable[[Any], Mapping[str, Any]]
    erase: Callable[[Any], None]


@dataclass(frozen=True)
class SearchHit:
    """One line of a search result.

    ``keywords`` are names by which people know it (tags, aliases): they count like the title and are not shown.
    ``asked_as`` are questions that it answers, as readers put them; each counts by itself, and none is shown.
    ``facets`` says by what it can be filtered: the name of a filter and the values that hold. ``key`` finds its text
    again in its source. ``score`` is given by the ranking.
    """

    title: str
    url: str
    type: str
    summary: str
    keywords: str = ""
    asked_as: Sequence[str] = ()
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    key: Any = None
    score: float = 0.0


@dataclass(frozen=True)
class SearchSource:
    """A kind of content that search covers.

    Where ``model`` is given, the index is asked for it. ``search`` takes the question (``core.search.question``),
    whether to ask it broadly, and the keys that the index found, best first; it returns what the public may see.
    ``words`` are names (terms, tags) and ``titles`` headings that are offered while somebody types, and by which pinyin
    and slips of the pen are understood. ``texts`` gives the whole texts of hits by their keys, for the passage that is
    shown. ``weight`` lifts a kind above others that answer as well.
    """

    label: Any
    search: Callable[[Any, bool, Sequence[str]], Iterable[SearchHit]]
    model: Any = None
    words: Callable[[], Iterable[str]] = tuple
    titles: Callable[[], Iterable[str]] = tuple
    texts: Callable[[Sequence[Any]], Mapping[Any, str]] | None = None
    weight: float = 1.0


# An invariant yields one sentence for each violation that it finds, and nothing when all holds.
Invariant = Callable[[], Iterable[str]]
# Role key -> permission strings "app_label.codename" that the role's group holds.
RolePermissions = Mapping[str, Iterable[str]]


@dataclass(frozen=True)
class DeskPanel:
    """A part of the learner's desk at ``/me/``.

    ``context`` takes the user and the time and returns what ``template`` needs, under the name ``panel``; None leaves
    the panel out. Panels stand in the order of ``order``, the app's own empty state included.
    """

    order: int
    template: str
    context: Callable[[Any, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True)
class ResultPanel:
    """What an upper app says below the result of a finished quiz.

    ``context`` takes the attempt and returns what ``template`` needs, under the name ``panel``; None leaves it out.
    """

    template: str
    context: Callable[[Any], Mapping[str, Any] | None]


Severity = Literal["block", "warn", "note"]


@dataclass(frozen=True)
class TextFinding:
    """A place in a text that an editor should look at.

    ``text[start:end] == match`` in the text as it was given. ``block`` stops publishing and sending until somebody
    other than the author answers for it, ``warn`` asks for a look, ``note`` marks a phrase that is only quoted or
    warned of. A statement that the text lacks has an empty ``match`` at its end. ``suggestion`` tells the author what
    to do; ``wording``, where there is one, may stand in the place of ``match`` as it is.
    """

    category: str
    severity: Severity
    match: str
    start: int
    end: int
    rule: str
    suggestion: str = ""
    wording: str = ""


@dataclass(frozen=True)
class TextPiece:
    """A stretch of an object's words.

    ``place`` names fields and block ids as the editor does (``body.<id>.html``), ``label`` says the same to people.
    ``kind`` is empty for what the author says; else the piece quotes, and the phrase check knows the kind
    (``misconception``, ``distractor``, ``quotation`` …).
    """

    place: str
    text: str
    label: str = ""
    kind: str = ""


@dataclass(frozen=True)
class TextSource:
    """Where the words of a kind of object stand; ``kind`` is what the phrase check calls such a text.

    ``draft`` makes of the values of an editor's form the object that ``pieces`` takes; None puts them on the object
    itself. Who holds ``release_permission`` may answer for a finding, unless ``wrote`` says that they wrote any of what
    is not public yet; None asks the revisions.
    """

    model: Any
    kind: str
    pieces: Callable[[Any], Iterable[TextPiece]]
    draft: Callable[[Mapping[str, Any]], Any] | None = None
    release_permission: str = "core.approve_publication"
    # Where an object without Wagtail's workflow is answered.
    answer_url: Callable[[Any], str] | None = None
    wrote: Callable[[Any, Any], bool] | None = None


# Takes an object as it would be public; raises PublicationRefusedError where it must not be submitted or go live, and
# returns what was let through because somebody answers for it, as it is kept with the published version.
PublicationCheck = Callable[[Any], Sequence[Mapping[str, Any]]]


# Takes a text and its kind (lesson, article, event, campaign, sms, quiz, survey, …; others as prose).
TextCheck = Callable[[str, str], Sequence[TextFinding]]


@dataclass(frozen=True)
class ShownFact:
    """A live fact as readers get it: ``text`` is what stands in a sentence, with its reservation where it needs one.

    ``dial`` is the number to ring where the fact is a telephone number.
    """

    key: str
    text: str
    statement: str
    source: str
    as_of: date | None
    checked_on: date | None
    certain: bool
    revision_id: int | None
    dial: str = ""

    @property
    def origin(self) -> tuple[str, date | None, date | None, bool]:
        """What facts have in common that a page lists together: source, dates and certainty."""
        return (self.source, self.as_of, self.checked_on, self.certain)


@dataclass(frozen=True)
class FactUse:
    """A place where a fact is named.

    ``live`` tells whether readers see it there. ``published`` is the object behind the publish gate whose public text
    changes with the fact: it gets a published version of its own when the fact is published.
    """

    label: str
    title: str
    edit_url: str
    live: bool
    published: Any = None


@dataclass(frozen=True)
class DueReview:
    """Something public that has to be looked at again on ``due``; ``subject`` is the object itself."""

    label: str
    title: str
    edit_url: str
    due: date
    subject: Any


# Takes keys and returns the live facts among them.
FactSource = Callable[[Sequence[str]], Iterable[ShownFact]]
# Takes keys and returns the places that name one of them.
FactUsers = Callable[[Sequence[str]], Iterable[FactUse]]
# Takes a day and returns what is public and due on it or before, the earliest first.
ReviewDues = Callable[[date], Iterable[DueReview]]

personal_data_providers: Registry[PersonalDataProvider] = Registry("personal-data provider")
invariants: Registry[Invariant] = Registry("invariant")
search_sources: Registry[SearchSource] = Registry("search source")
role_permissions: Registry[RolePermissions] = Registry("role permissions")
desk_panels: Registry[DeskPanel] = Registry("desk panel")
quiz_result_panels: Registry[ResultPanel] = Registry("quiz result panel")
text_checks: Registry[TextCheck] = Registry("text check")
fact_sources: Registry[FactSource] = Registry("fact source")
fact_users: Registry[FactUsers] = Registry("fact user")
review_dues: Registry[ReviewDues] = Registry("review due")
text_sources: Registry[TextSource] = Registry("text source")
publication_checks: Registry[PublicationCheck] = Registry("publication check")


def text_findings(text: str, kind: str) -> list[TextFinding]:
    """Return what all registered checks find in ``text``, in the order of their places."""
    found = [finding for _name, check in text_checks for finding in check(text, kind)]
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.rule))


def text_source_of(model: type) -> TextSource | None:
    """Return where the words of ``model`` stand, by the nearest class that is registered; None for one without."""
    known = {source.model: source for _name, source in text_sources}
    return next((known[base] for base in model.__mro__ if base in known), None)


def check_for_publication(subject: Any) -> list[Mapping[str, Any]]:
    """Return what the registered checks let through because somebody answers for it.

    Raises ``PublicationRefusedError`` where ``subject``, an object as one revision has it, must neither be submitted
    nor go live.
    """
    return [entry for _name, check in publication_checks for entry in check(subject)]
