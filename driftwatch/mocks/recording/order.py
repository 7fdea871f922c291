"""Recorded interactions in the order in which they were made, as far as files tell."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from driftwatch.model.interaction import Interaction

_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_FROM: Final = "recorded from "
_OUTBOUND: Final = "/mocks"
"""How Keploy's groups end whose calls the recorded service made itself."""
_DIGITS: Final = re.compile(r"(\d+)")


def in_order(interactions: Iterable[Interaction]) -> tuple[Interaction, ...]:
    """One session with one service: files by their time or else by their numbers, what is in a file as it stands.

    Left out are calls to other hosts than the most frequent, further examples of one request, and what Keploy's
    application asked of others.
    """
    session = [one for one in interactions if not (one.format == "keploy" and one.group.endswith(_OUTBOUND))]
    session = _of_one_host([one for one in session if one.variants and not one.incomparable])
    times: dict[str, datetime] = {}
    for one in session:
        if one.recorded_at is not None and one.recorded_from == "file":
            times[one.origin.file] = min(times.get(one.origin.file, _LATEST), one.recorded_at)
    ordered = sorted(session, key=lambda one: (times.get(one.origin.file, _LATEST), _natural(one.origin.file)))
    return tuple(_first_examples(ordered))


def _of_one_host(session: Sequence[Interaction]) -> list[Interaction]:
    hosts = [next((note for note in one.notes if note.startswith(_FROM)), "") for one in session]
    (likely, _), *_ = Counter(host for host in hosts if host).most_common(1) or [("", 0)]
    return [one for one, host in zip(session, hosts, strict=True) if host in ("", likely)]


def _first_examples(session: Iterable[Interaction]) -> Iterable[Interaction]:
    """Of several saved answers to one request the first good one, or the first."""
    examples: dict[object, Interaction] = {}
    for place, one in enumerate(session):
        item, response, _ = one.origin.pointer.rpartition("/response/")
        key: object = (one.origin.file, item) if response else place
        before = examples.get(key)
        if before is None or (not _is_good(before) and _is_good(one)):
            examples[key] = one
    return examples.values()


def _is_good(one: Interaction) -> bool:
    return 200 <= one.variants[0].status < 300


def _natural(file: str) -> list[tuple[int, str]]:
    """``test-2`` before ``test-10``."""
    return [(int(part[:18]), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(file)]
