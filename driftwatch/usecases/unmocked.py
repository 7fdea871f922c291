"""What recorded traffic shows of the mocks as a whole: operations that nobody mocked, refusals that no mock shows."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.context import Context
from driftwatch.model.coverage import Call, Covered, Matching, Traffic
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Grade, Interaction, Origin
from driftwatch.model.policy import Policy
from driftwatch.model.route import nameless, path_template
from driftwatch.model.summary import Result
from driftwatch.model.traffic import Heard, RestsOn
from driftwatch.usecases.judgement import findings_of_set

_OPERATIONS: Final = 5_000
"""Operations that are counted: a scanner's log has more, and no provider."""
_NAMED: Final = 50
"""Operations without a mock that are told, those with the most calls."""
_ANY: Final = "{}"
_UNSPEAKABLE: Final = re.compile(r"(?=.*[0-9=]).{16,}|.{40,}|.*(?:%|@|=).*")
_BESIDE: Final = frozenset({"CONNECT", "HEAD", "OPTIONS", "TRACE"})
"""Methods that clients and proxies use on their own account."""

Operation = tuple[str, str]
"""Method and path template without names."""


class Tally(Struct):
    """What was heard of one operation."""

    newest: Heard
    oldest: Heard
    statuses: Counter[int] = field(default_factory=Counter)
    files: set[str] = field(default_factory=set)

    def count(self, heard: Heard) -> None:
        """One more call."""
        self.statuses[heard.status] += 1
        self.files.add(heard.file)
        if heard.at is not None:
            self.newest = heard if self.newest.at is None or heard.at >= self.newest.at else self.newest
            self.oldest = heard if self.oldest.at is None or heard.at < self.oldest.at else self.oldest

    @property
    def rests_on(self) -> RestsOn:
        """Which recordings tell of it."""
        newest = self.newest
        return RestsOn(
            newest.medium, newest.file, self.statuses.total(), newest.at, self.oldest.at, len(self.files) - 1
        )

    @property
    def is_served(self) -> bool:
        """Whether the service has such an operation at all."""
        return any(status < 400 for status in self.statuses)


class Overheard(Struct):
    """Counts of all operations that recordings tell of."""

    _tallies: dict[Operation, Tally] = field(default_factory=dict)

    def count(self, heard: Heard, operation: Operation, *, is_mocked: bool) -> None:
        """One more call; of operations without a mock so many are counted, and no more."""
        if not is_mocked:
            operation = operation[0], _without_secrets(operation[1])
        tally = self._tallies.get(operation)
        if tally is None:
            if heard.method in _BESIDE or (not is_mocked and len(self._tallies) >= _OPERATIONS):
                return
            tally = self._tallies[operation] = Tally(heard, heard)
        tally.count(heard)

    def too_friendly(
        self, mocks: Mapping[Operation, Sequence[Interaction]], context: Context, policy: Policy
    ) -> Iterator[tuple[Interaction, Finding]]:
        """Operations that refuse in reality and never in the mocks, each with its first mock."""
        for operation, mine in mocks.items():
            tally = self._tallies.get(operation)
            told = [one for one in mine if one.variants]
            if tally is None or not told:
                continue
            variants = tuple(variant for one in told for variant in one.variants)
            whole = dataclasses.replace(told[0], variants=variants)
            here = replace(context, rests_on=tally.rests_on)
            covered = (Covered(whole.name, Matching(), whole),)
            for finding in findings_of_set(covered, Traffic(tally.statuses), here, policy):
                yield told[0], finding

    def nowhere(
        self, provider: str, everything: Iterable[Interaction], context: Context, policy: Policy
    ) -> Iterator[Finding]:
        """Operations that are called and that no mock answers; nothing where a mock could answer anything."""
        mocks = tuple(everything)
        if any(one.request.grade is Grade.UNRESOLVABLE for one in mocks):
            return
        known = _Known.of(mocks)
        left = [
            (operation, tally)
            for operation, tally in self._tallies.items()
            if tally.is_served and not known.answers(operation)
        ]
        left.sort(key=lambda pair: (-pair[1].statuses.total(), pair[0]))
        for (method, template), tally in left[:_NAMED]:
            named = template.replace(_ANY, "{id}")
            call = Call(method, named, named)
            here = replace(context, rests_on=tally.rests_on)
            for finding in findings_of_set((), Traffic(calls=(call,)), here, policy):
                yield replace(finding, provider=provider, origin=Origin(tally.rests_on.file))


def _without_secrets(template: str) -> str:
    """Segments that nobody would name a route, as tokens of links and files are, are not for a report."""
    return "/".join(_ANY if _UNSPEAKABLE.fullmatch(segment) else segment for segment in template.split("/"))


class _Known(Struct, frozen=True):
    """Which operations mocks answer; in doubt they do."""

    operations: frozenset[Operation]
    patterns: Mapping[tuple[str, int], Sequence[Sequence[str]]]
    """Templates with parameters, by method and number of segments."""
    loose: frozenset[Operation]
    """Method and first segment of mocks that take more paths than the one that was derived."""

    @classmethod
    def of(cls, mocks: Iterable[Interaction]) -> "_Known":
        operations: set[Operation] = set()
        loose: set[Operation] = set()
        for one in mocks:
            asked = one.request
            operations |= {(asked.method, nameless(each)) for each in (asked.path_template, path_template(asked.path))}
            if asked.grade not in (Grade.EXACT, Grade.EXAMPLE):
                loose.add((asked.method, _first(asked.path)))
        patterns: dict[tuple[str, int], list[Sequence[str]]] = {}
        for method, template in operations:
            if _ANY in template:
                segments = template.split("/")
                patterns.setdefault((method, len(segments)), []).append(segments)
        return cls(frozenset(operations), patterns, frozenset(loose))

    def answers(self, operation: Operation) -> bool:
        """Whether a mock answers it, or could."""
        method, template = operation
        if operation in self.operations or (method, _first(template)) in self.loose:
            return True
        segments = template.split("/")
        return any(
            all(mine in (theirs, _ANY) for mine, theirs in zip(pattern, segments, strict=True))
            for pattern in self.patterns.get((method, len(segments)), ())
        )


def _first(path: str) -> str:
    return path.split("/")[1] if path.startswith("/") else ""


def with_findings(results: Sequence[Result], found: Iterable[tuple[Interaction, Finding]]) -> tuple[Result, ...]:
    """The results, to which what is found of their mocks is added."""
    added: dict[int, list[Finding]] = {}
    for interaction, finding in found:
        added.setdefault(id(interaction), []).append(finding)
    return tuple(
        replace(one, findings=(*one.findings, *more)) if (more := added.get(id(one.interaction))) else one
        for one in results
    )
