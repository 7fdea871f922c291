"""An audit's JSON report read back, as far as an explanation of its scores needs it.

A report may be years old or newer than this version: what it lacks has a default, and what we do not know is passed
over.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Final

import msgspec
from msgspec import Struct

SCHEMA: Final = "driftwatch.report/1"
_GUESSED: Final = 5000
"""So many names are tried for the nearest one."""


class Loss(Struct, frozen=True):
    """What one finding takes from an aspect."""

    finding: str
    held: float
    weight: float
    count: int
    paths: tuple[str, ...]


class Unseen(Struct, frozen=True):
    """What could not be looked at."""

    path: str
    reason: str


class Aspect(Struct, frozen=True):
    """One aspect's part in a score."""

    name: str
    weight: float
    value: float | None
    verified: float
    total: float = 0.0
    losses: tuple[Loss, ...] = ()
    unseen: tuple[Unseen, ...] = ()


class Cap(Struct, frozen=True):
    """The bound that confirmed findings set."""

    limit: float
    findings: tuple[str, ...]


class Score(Struct, frozen=True):
    """How a fidelity came about."""

    uncapped: float
    cap: Cap | None
    aspects: tuple[Aspect, ...]


class Origin(Struct, frozen=True):
    """Where a mock stands."""

    file: str
    line: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Mock(Struct, frozen=True):
    """One interaction of the report."""

    mock_id: str
    origin: Origin
    method: str
    path_template: str
    verdict: str
    reason: str
    fidelity: float | None
    verified_share: float = 0.0
    drift_score: float = 0.0
    calls: int | None = None
    score: Score | None = None


class Provider(Struct, frozen=True):
    """One provider of the report."""

    name: str
    target: str
    fidelity: float | None
    verified_share: float
    interactions: tuple[Mock, ...]
    drift_score: float = 0.0


class Finding(Struct, frozen=True):
    """What a loss leads to."""

    fingerprint: str
    kind: str
    severity: str
    path: str
    state: str = "open"


class Report(Struct, frozen=True):
    """The parts of a report that are told."""

    schema: str
    providers: tuple[Provider, ...]
    findings: tuple[Finding, ...]

    def provider(self, name: str) -> Provider | None:
        """The provider of that name."""
        return next((one for one in self.providers if one.name == name), None)

    def mocks(self, subject: str) -> Sequence[tuple[Provider, Mock]]:
        """The mocks of that id, or those that stand at that file, or in it at that line or just above it."""
        everything = [(provider, mock) for provider in self.providers for mock in provider.interactions]
        if by_id := [pair for pair in everything if pair[1].mock_id == subject]:
            return by_id
        if in_file := [pair for pair in everything if _is_file(pair[1].origin.file, subject)]:
            return in_file
        file, _, digits = subject.rpartition(":")
        if not file or not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
            return ()
        above = [
            pair for pair in everything if pair[1].origin.line <= int(digits) and _is_file(pair[1].origin.file, file)
        ]
        nearest = max((mock.origin.line for _, mock in above), default=0)
        return [pair for pair in above if pair[1].origin.line == nearest]

    def nearest(self, subject: str) -> str | None:
        """The name that was most likely meant."""
        known = dict.fromkeys(islice(self._names(subject.count("/") + 1), _GUESSED))
        near = get_close_matches(subject, known, n=1)
        return near[0] if near else None

    def _names(self, steps: int) -> Iterator[str]:
        """Places as short as they were written: as many steps from the end."""
        yield from (provider.name for provider in self.providers)
        for provider in self.providers:
            for mock in provider.interactions:
                yield mock.mock_id
                yield "/".join(str(mock.origin).split("/")[-steps:])


def _is_file(file: str, wanted: str) -> bool:
    """A path may be written from any folder above."""
    return file == wanted or file.endswith(f"/{wanted}")


def read_report(raw: bytes) -> Report:
    """The parts of a ``driftwatch.report/1`` document that are told; ``ValueError`` says why it is none."""
    try:
        report = msgspec.json.decode(raw, type=Report)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except msgspec.DecodeError as error:  # its words name a place in the document and never what stands there
        raise ValueError(f"it is no {SCHEMA} document: {error}") from None
    if report.schema != SCHEMA:
        raise ValueError(f"it is no {SCHEMA} document, but calls itself by another name")
    return report
