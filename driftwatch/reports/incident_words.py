"""The words in which incidents are told: why no test caught them, what audits saw, how much warning there was."""

from datetime import datetime, timedelta
from typing import Final

from driftwatch.model.incident import Answer, Cause, Relation, Trace, Unseen, Watch
from driftwatch.reports.digest import in_utc

CAUSES: Final = {
    Cause.BETWEEN_AUDITS: "the mock was true at the last look, and the service had changed since",
    Cause.BLIND_TEST: "the mock was true, and no test looked at what broke",
    Cause.HAPPY_PATH_ONLY: "the mocks show nothing but success",
    Cause.LIMITS: "reality has more, larger or faster ones than any mock",
    Cause.NO_MOCK: "no mock stood for the endpoint",
    Cause.OTHER: "something else",
    Cause.RIGHTS: "who asks decides what comes, and the suite asks as one",
    Cause.ROLLOUT: "two releases answered side by side",
    Cause.SEQUENCE: "the order of answers, or a repeated request, mattered",
    Cause.STALE_MOCK: "the mock was not true any more, and a finding said so",
    Cause.TIMING: "the answer came late, or not at all",
    Cause.UNKNOWN: "nobody said, and nothing that is remembered tells",
    Cause.UNVERIFIED_MOCK: "no audit had held the mock against the service",
    Cause.WRONG_VALUE: "the form was right, and a value was none that the suite knew",
}
"""Why no test caught it."""
UNSEEN: Final = {
    Unseen.NO_STORE: "nothing is remembered of audits, or their memory cannot be read",
    Unseen.FORGOTTEN: "it happened before all that is remembered",
    Unseen.NOT_AUDITED: "the first audit of the provider came later",
    Unseen.NO_MOCK: "no mock of the endpoint was there, so that no audit asked",
    Unseen.NOT_COMPARED: "its mock had never been held against the service",
    Unseen.NO_FINDING: "its mocks were compared, and no finding speaks of the place",
}
"""Why no audit saw it."""
RELATIONS: Final = {
    Relation.SAME: "at the very place",
    Relation.ABOVE: "about what holds the place",
    Relation.BELOW: "about a part of the place",
    Relation.ANYWHERE: "about the same endpoint",
}
_COULD: Final = {True: "yes", False: "no", None: "nobody can tell"}
_DAY: Final = 86_400
_HOUR: Final = 3_600
_MINUTE: Final = 60


def day(moment: datetime) -> str:
    """In UTC."""
    return f"{in_utc(moment):%Y-%m-%d}"


def moment(at: datetime | None) -> str:
    """To the minute, in UTC."""
    return f"{in_utc(at):%Y-%m-%d %H:%M}" if at is not None else "never"


def span(length: timedelta) -> str:
    """A length in its two largest units: ``3 d 4 h``, ``12 min``."""
    seconds = abs(round(length.total_seconds()))
    if seconds >= _DAY:
        return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"
    if seconds >= _HOUR:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
    return f"{seconds // _MINUTE} min" if seconds >= _MINUTE else f"{seconds} s"


def lead(length: timedelta | None) -> str:
    """How much warning there was."""
    if length is None:
        return "none"
    if length > timedelta():
        return f"{span(length)} before"
    return f"{span(length)} after" if length else "at the same moment"


def warned(answer: Answer) -> str:
    """When audits saw it, in a line."""
    trace = answer.trace
    if trace is None:
        return f"no audit saw it: {UNSEEN[answer.unseen or Unseen.NO_STORE]}"
    return f"seen {lead(answer.lead)}, on {day(trace.first_seen)}: {trace.kind}"


def cause(answer: Answer) -> str:
    """Why no test caught it, and who says so."""
    return f"{answer.cause.value}{' (derived)' if answer.is_derived else ''}: {CAUSES[answer.cause]}"


def could(answer: Answer) -> str:
    """Whether audits could have seen it."""
    return _COULD[answer.could_be_seen]


def stood(trace: Trace) -> str:
    """Where the finding stood when it happened."""
    if trace.stood:
        told = "it stood when it happened"
    elif trace.ended_at is not None:
        told = f"it was over on {day(trace.ended_at)}"
    else:
        told = "it was seen only afterwards"
    hidden = f", and was {trace.hidden}" if trace.hidden else ""
    return told + hidden


def guard(watch: Watch | None) -> str:
    """The guard and how it is, in a few words."""
    if watch is None:
        return "none"
    guarded = watch.guarded
    state = "verified" if guarded.is_verified else "FALLEN" if watch.is_fallen else f"not verified ({guarded.verdict})"
    return f"{guarded.guard.name}, {state}"
