"""All incidents of a team together: why tests did not catch them, how much warning there was, what is guarded now."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from driftwatch.model.incident import Answer, Cause, Seen
from driftwatch.model.memory import StoreError


class Span(StrEnum):
    """How long a period of the trend is."""

    MONTH = "month"
    QUARTER = "quarter"

    def of(self, moment: datetime) -> str:
        """The period of a moment, in UTC: ``2026-05``, ``2026-Q2``."""
        day = moment.astimezone(UTC)
        if self is Span.MONTH:
            return f"{day.year:04}-{day.month:02}"
        return f"{day.year:04}-Q{(day.month + 2) // 3}"


class Sums(Struct, frozen=True):
    """Some incidents, counted."""

    incidents: int
    causes: Mapping[Cause, int]
    """Those that there are, the most frequent first."""
    seen: Mapping[Seen, int]
    """All of them, zero included."""
    median_lead: timedelta | None
    """Of those that audits saw, before or after; ``None`` if they saw none."""

    @property
    def share_seen_before(self) -> float | None:
        """Of those of which the memory can tell; ``None`` if there are none."""
        told = self.incidents - self.seen[Seen.UNKNOWN]
        return self.seen[Seen.BEFORE] / told if told else None

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> "Sums":
        """Count them."""
        known = tuple(answers)
        causes = Counter(one.cause for one in known)
        seen = Counter(one.seen for one in known)
        leads = [one.lead.total_seconds() for one in known if one.lead is not None]
        return cls(
            len(known),
            dict(sorted(causes.items(), key=lambda pair: (-pair[1], pair[0]))),
            {word: seen[word] for word in Seen},
            timedelta(seconds=statistics.median(leads)) if leads else None,
        )


class IncidentLedger(Struct, frozen=True):
    """All incidents, the newest first, as of a moment."""

    answers: tuple[Answer, ...]
    as_of: datetime
    trouble: StoreError | None = None
    """Why the memory of audits could not be asked."""

    @property
    def sums(self) -> Sums:
        """Of all of them."""
        return Sums.of(self.answers)

    def periods(self, span: Span) -> Mapping[str, Sums]:
        """By period, the oldest first; one without incidents between two with some is there, too."""
        if not self.answers:
            return {}
        moments = [one.incident.happened_at.astimezone(UTC) for one in self.answers]
        found: dict[str, list[Answer]] = {name: [] for name in _between(min(moments), max(moments), span)}
        for one, moment in zip(self.answers, moments, strict=True):
            found[span.of(moment)].append(one)
        return {name: Sums.of(those) for name, those in found.items()}

    @property
    def not_green(self) -> tuple[Answer, ...]:
        """Those whose guard is not verified by the last run."""
        return tuple(one for one in self.answers if one.watch is not None and not one.watch.guarded.is_verified)

    @property
    def fallen(self) -> tuple[Answer, ...]:
        """Those whose guard fell: what once went wrong can go wrong again."""
        return tuple(one for one in self.not_green if one.watch is not None and one.watch.is_fallen)


def _between(first: datetime, last: datetime, span: Span) -> Iterable[str]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return dict.fromkeys(span.of(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)) for month in months)
