"""What people decide about findings: to know of one, to be told no more of it, to take that back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.model.errors import UsageError
from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import BY_HAND, Acknowledgement, Change, Event, Life, State
from driftwatch.model.memory import Decided
from driftwatch.model.suppression import LONGEST, Suppression

_DIGITS: Final = frozenset("0123456789abcdef")
_SHOWN: Final = 5
"""Findings that are named where a beginning fits many."""


class Wanted(Struct, frozen=True):
    """Which findings somebody wants to see."""

    providers: Collection[str] = ()
    kinds: Collection[str] = ()
    severity: Severity | None = None
    """This one or a graver one."""
    states: Collection[str] = ()
    """Words of ``Life.word``; those that hold now, if none is named."""

    def has(self, life: Life, today: date) -> bool:
        """Whether it is one of them."""
        finding = life.finding
        is_in_state = life.word(today) in self.states if self.states else life.state.is_current
        return (
            is_in_state
            and (not self.providers or finding.provider in self.providers)
            and (not self.kinds or finding.kind in self.kinds)
            and (self.severity is None or finding.severity >= self.severity)
        )


def select(lives: Iterable[Life], wanted: Wanted, today: date) -> list[Life]:
    """Those that are wanted, the gravest first, then by provider and place."""
    found = [life for life in lives if wanted.has(life, today)]
    return sorted(found, key=lambda life: (-life.finding.severity.rank, life.finding.provider, life.finding.origin,
                                           life.finding.path, life.fingerprint))  # fmt: skip


def find(lives: Sequence[Life], beginning: str) -> Life:
    """The one finding whose fingerprint begins so.

    Raises ``UsageError`` if there is none, with the nearest, or if there are several, with some of them.
    """
    wanted = beginning.strip().lower()
    if not wanted or not set(wanted) <= _DIGITS:
        raise UsageError(f"{beginning!r} is no beginning of a fingerprint: these are 16 of the digits 0-9 and a-f")
    found = [life for life in lives if life.fingerprint.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(f"{life.fingerprint} ({life.finding.kind})" for life in found[:_SHOWN])
        raise UsageError(f"{len(found)} findings begin with {wanted!r}: {some}; write more digits")
    near = get_close_matches(wanted, [life.fingerprint for life in lives], n=1, cutoff=0.7)
    hint = f"Did you mean {near[0]!r}?" if near else "`driftwatch findings list` shows those that are remembered."
    raise UsageError(f"no finding begins with {wanted!r}. {hint}")


class Reasons(Struct, frozen=True):
    """Who decided, why, and until when."""

    owner: str
    reason: str
    until: date
    """The last day on which it holds, in UTC."""

    @classmethod
    def checked(cls, owner: str, reason: str, until: date, today: date) -> "Reasons":
        """The same, if it can be meant. Raises ``UsageError`` with what would be right."""
        for name, text in (("--owner", owner), ("--reason", reason)):
            if not text.strip() or not text.isprintable():
                raise UsageError(f"{name} says nothing, or holds invisible characters: write who, or why, in words")
        if until < today:
            raise UsageError(f"--until {until} is over: today is {today}")
        last = today + timedelta(days=LONGEST)
        if until > last:
            raise UsageError(f"--until {until} is more than {LONGEST} days away: today the last is {last}")
        return cls(owner.strip(), reason.strip(), until)


def acknowledge(life: Life, why: Reasons, now: datetime) -> Decided:
    """Somebody knows of it and deals with it: it is shown, and told no more unless it gets worse."""
    _ongoing(life, "acknowledged")
    known = Acknowledgement(why.owner, why.reason, why.until, life.finding.severity)
    return Decided(replace(life, acknowledged=known), _event(Change.ACKNOWLEDGED, life, why, now))


def suppress(life: Life, why: Reasons, now: datetime) -> Decided:
    """Nobody is to be told of it: it is counted and shown apart, and fails no run."""
    _ongoing(life, "suppressed")
    made = Suppression(why.owner, why.reason, why.until, life.fingerprint, where=BY_HAND)
    return Decided(
        replace(life, suppressed=made), _event(Change.SUPPRESSED, life, why, now), suppression=made, lifts=True
    )


def reopen(life: Life, owner: str, reason: str, now: datetime) -> Decided:
    """What was decided about it is taken back; one that was resolved is looked for anew."""
    reopened = replace(life, acknowledged=None, suppressed=None)
    if life.state is State.RESOLVED:
        reopened = replace(reopened, state=State.OPEN, opened_at=life.opened_at or now, resolved_at=None, misses=0,
                           clean=0)  # fmt: skip
    elif reopened == life:
        raise UsageError(f"{life.fingerprint} is {life.word(now.date())}: there is nothing to take back")
    event = Event(
        Change.REOPENED_BY_HAND, life.fingerprint, now, life.finding.severity, owner=owner, reason=reason,
        finding=life.finding,
    )  # fmt: skip
    return Decided(reopened, event, lifts=True)


def _ongoing(life: Life, what: str) -> None:
    if not life.state.is_current:
        raise UsageError(f"{life.fingerprint} is {life.state}: only a finding that still holds can be {what}")


def _event(change: Change, life: Life, why: Reasons, now: datetime) -> Event:
    return Event(
        change, life.fingerprint, now, life.finding.severity, owner=why.owner, reason=why.reason, until=why.until,
        finding=life.finding,
    )  # fmt: skip
