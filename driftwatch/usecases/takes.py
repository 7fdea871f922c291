"""Which of many real exchanges become mocks: those that are wanted and whole, one of each shape.

What somebody asked and what he was answered belong together: of questions about different records the one is taken
that got the most different answers, so that several answers to one question stay several answers to one question.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct, field

from driftwatch.model.recording import LeftOut
from driftwatch.model.route import nameless, path_template
from driftwatch.model.traffic import Heard
from driftwatch.shapes.outline import outline

_QUESTIONS: Final = 200
"""Questions of one sort that are remembered; a further one only if its answer is of a new shape."""
_SORTS: Final = 5_000
"""Sorts of questions; a scanner's log has more, and no provider."""
_ROOM: Final = 256 * 1024 * 1024
"""Bytes of bodies that are kept."""
_BODILESS_STATUS: Final = frozenset({204, 205, 304})
_BODILESS_METHOD: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS"})
_BESIDE: Final = frozenset({"CONNECT", "OPTIONS", "TRACE"})
_METHOD: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UPGRADES: Final = frozenset({100, 101, 102, 103})

Question = tuple[str, str, tuple[tuple[str, str], ...], bytes | None]
"""Method, path, query and body of what was asked."""


class Filter(Struct, frozen=True):
    """Which exchanges are wanted."""

    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Globs, any of which fits the path or its template."""
    statuses: tuple[str, ...] = ()
    """``404``, or ``5xx`` for a class."""
    since: datetime | None = None
    at: datetime | None = None
    """Only the one that began nearest to this moment."""

    def takes(self, heard: Heard) -> bool:
        """Whether this one is wanted, as far as it can tell alone."""
        if self.methods and heard.method not in self.methods:
            return False
        if self.statuses and not any(_is_status(one, heard.status) for one in self.statuses):
            return False
        if self.since is not None and (heard.at is None or heard.at < self.since):
            return False
        shown = (heard.path, path_template(heard.path))
        return not self.paths or any(fnmatchcase(path, one) for one in self.paths for path in shown)


def _is_status(wanted: str, status: int) -> bool:
    return wanted == str(status) or (wanted.lower().endswith("xx") and wanted[:1] == str(status)[:1])


class Taken(Struct, frozen=True):
    """One question, and its answers in the order of time."""

    heard: tuple[Heard, ...]


class _Sort(Struct):
    """Questions of one sort, and what was answered to them."""

    questions: dict[Question, dict[Hashable, Heard]] = field(default_factory=dict)
    shapes: set[Hashable] = field(default_factory=set)
    """All shapes of their answers."""

    def wants(self, question: Question, shape: Hashable) -> bool:
        """Whether an answer tells anything new."""
        answers = self.questions.get(question)
        if answers is None:
            return len(self.questions) < _QUESTIONS or shape not in self.shapes
        return shape not in answers

    def keep(self, question: Question, shape: Hashable, heard: Heard) -> None:
        """One more answer."""
        self.questions.setdefault(question, {})[shape] = heard
        self.shapes.add(shape)

    def chosen(self) -> Iterator[Taken]:
        """Questions that together got every shape of answer, those with many of them first."""
        left = set(self.shapes)
        for answers in sorted(self.questions.values(), key=len, reverse=True):
            told = {shape: heard for shape, heard in answers.items() if shape in left}
            left.difference_update(told)
            if told:
                yield _in_time(told)


class Takes(Struct):
    """Collects exchanges as they come."""

    filter: Filter = field(default_factory=Filter)
    keeps_all: bool = False
    is_one: bool = False
    """One is meant: the newest, or the one nearest to the filter's moment."""
    exchanges: int = 0
    """All that were heard."""
    unwanted: int = 0
    """Those that the filter does not let through."""
    _sorts: dict[Hashable, _Sort] = field(default_factory=dict)
    _one: Heard | None = None
    _left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    _held: int = 0

    def put(self, heard: Heard) -> None:
        """One more exchange, by its path below the base URL."""
        self.exchanges += 1
        if not self.filter.takes(heard):
            self.unwanted += 1
        elif reason := why_not(heard):
            self.leave(heard, reason)
        elif self.is_one or self.filter.at is not None:
            self._pick(heard)
        else:
            self._sort(heard)

    def _pick(self, heard: Heard) -> None:
        self.unwanted += self._one is not None
        if self._one is None or self._distance(heard) <= self._distance(self._one):
            self._one = heard

    def _distance(self, heard: Heard) -> float:
        """From the moment that is meant; the end of time where none is."""
        if heard.at is None:
            return float("inf")
        at = self.filter.at
        return -heard.at.timestamp() if at is None else abs((heard.at - at).total_seconds())

    def _sort(self, heard: Heard) -> None:
        key = (heard.method, nameless(path_template(heard.path)), _names(heard), outline(heard.request_body or b""))
        if key not in self._sorts and len(self._sorts) >= _SORTS:
            self.leave(heard, f"there are more than {_SORTS:,} sorts of questions: --path and --method narrow them")
            return
        sort = self._sorts.setdefault(key, _Sort())
        question, shape = _question(heard), self._shape(heard)
        weight = len(heard.body or b"") + len(heard.request_body or b"")
        if not sort.wants(question, shape):
            return
        if self._held + weight > _ROOM:
            self.leave(heard, f"the bodies kept have more than {_ROOM >> 20} MiB: --path and --method narrow them")
        else:
            sort.keep(question, shape, heard)
            self._held += weight

    def _shape(self, heard: Heard) -> Hashable:
        return self.exchanges if self.keeps_all else (heard.status, outline(heard.body or b""))

    def leave(self, heard: Heard, reason: str) -> None:
        """No mock is made of this one."""
        self._left_out[f"{heard.method} {path_template(heard.path)}", reason] += 1

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """By operation and reason, the most frequent first."""
        return tuple(LeftOut(operation, reason, number) for (operation, reason), number in self._left_out.most_common())

    def taken(self) -> Sequence[Taken]:
        """What becomes mocks, by the order of operations in the recording."""
        if self._one is not None:
            return (Taken((self._one,)),)
        return [taken for sort in self._sorts.values() for taken in sort.chosen()]


def why_not(heard: Heard) -> str:
    """Why an exchange cannot become a mock; empty if it can."""
    if heard.method in _BESIDE or heard.status in _UPGRADES:
        return "clients and proxies ask and answer that on their own account"
    if not _METHOD.fullmatch(heard.method):
        return "its method is none of HTTP's (RFC 9110, 9.1)"
    if heard.status == 304:
        return "304 tells of the caller's cache, and not of the service"
    if heard.body is None and not has_no_body(heard):
        return f"the recording holds no body of the answer ({heard.medium}): record a HAR, or log `response_body`"
    return ""


def has_no_body(heard: Heard) -> bool:
    """Whether an answer is whole without a body."""
    return heard.method == "HEAD" or heard.status in _BODILESS_STATUS or heard.size == 0


def sent(heard: Heard) -> bytes | None:
    """What was sent; ``None`` where nobody knows."""
    return b"" if heard.request_body is None and heard.method in _BODILESS_METHOD else heard.request_body


def _question(heard: Heard) -> Question:
    return heard.method, heard.path, heard.query, sent(heard)


def _names(heard: Heard) -> tuple[str, ...]:
    return tuple(sorted({name for name, _ in heard.query}))


def _in_time(answers: dict[Hashable, Heard]) -> Taken:
    """The answers to one question as they were given; those without a moment as they were read."""
    moment = [one.at.timestamp() if one.at is not None else 0.0 for one in answers.values()]
    ordered = sorted(zip(moment, range(len(moment)), answers.values(), strict=True), key=lambda each: each[:2])
    return Taken(tuple(heard for _, _, heard in ordered))
