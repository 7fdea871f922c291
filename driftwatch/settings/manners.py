"""Settings of manners: when a service is left alone, how much of it is used up, and who is asked first if that ends."""

import re
from typing import Annotated, Any, Final, cast

from msgspec import Struct

from driftwatch.model.quiet import QuietHours, QuietSpan
from driftwatch.settings.forms import Schema, Text, Whole
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.sections import Joining, Several
from driftwatch.settings.service import zone_of
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import quote

ANY_OPERATION: Final = Text(
    r"^([A-Z]+|\*) /\S*$",
    "Write a method in capitals or `*`, a space and a path or glob with a leading slash: `* /admin/*`.",
)
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = f"(?:{'|'.join(_DAYS)})"
_CLOCK: Final = r"(?:[01]\d|2[0-3]):[0-5]\d"
_PATTERN: Final = rf"^({_DAY}(-{_DAY})?(,{_DAY}(-{_DAY})?)* )?{_CLOCK}-({_CLOCK}|24:00)$"
_REMEDY: Final = (
    "Write hours as `22:00-06:00`, with days before them where they differ: `sat,sun 00:00-24:00`, `mon-fri "
    "08:00-18:00`."
)


class Quiet(Struct, frozen=True):
    """A stretch of quiet hours as written, and as meant."""

    written: str
    meant: QuietSpan


class QuietTime(Struct, frozen=True):
    """Hours from one time of the day to another, on all days or on some."""

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "maxLength": 100, "pattern": _PATTERN, "errorMessage": _REMEDY}

    def read(self, spot: Spot) -> Quiet:
        """The hours; refused if they are none."""
        days, _, hours = spot.text.rpartition(" ")
        begin, end = (_minutes(clock) for clock in hours.split("-"))
        if begin == end:
            raise RefusedError(f"found {quote(spot.text)}, which ends when it begins", _REMEDY)
        return Quiet(spot.text, QuietSpan(begin, end, _days(days) if days else frozenset(range(7))))

    def show(self, value: Quiet) -> str:
        """As written."""
        return value.written


class QuietTimes(Several, frozen=True):
    """Hours that leave some of the week to ask in."""

    def read(self, spot: Spot) -> tuple[Any, ...]:
        """The hours in order."""
        read: tuple[Quiet, ...] = Several.read(self, spot)
        if QuietHours(tuple(one.meant for one in read)).is_always:
            raise RefusedError(
                "these hours are the whole week, so that nothing would ever be asked",
                "Leave some hours out, or take the provider out of the config.",
            )
        return read


class Share(Struct, frozen=True):
    """A share of something, from nothing to all of it."""

    def schema(self) -> Schema:
        """A JSON number."""
        remedy = "Write a number from 0 to 1, without quotes: `0.2` is a fifth."
        return {"type": "number", "minimum": 0, "maximum": 1, "errorMessage": remedy}

    def read(self, spot: Spot) -> float:
        """The number that stands there."""
        return float(cast("float", spot.plain))

    def show(self, value: float) -> float:
        """Itself."""
        return value


class Manners(Struct, frozen=True, kw_only=True):
    """How a service is spared."""

    jitter: Annotated[
        float, Share(),
        "Each request comes later by up to this share of the interval between two, so that runs do not beat in step.",
    ] = 0.0  # fmt: skip
    daily_budget: Annotated[
        int | None, Whole(1, 100_000_000),
        "Requests to one provider in one day (UTC), at most, over all runs that share the store; left out, any number.",
    ] = None  # fmt: skip
    quiet_hours: Annotated[
        tuple[Quiet, ...], QuietTimes(QuietTime()),
        "Hours in which nothing is asked, by the time zone of `schedule`: `22:00-06:00`, `sat,sun 00:00-24:00`.",
    ] = ()  # fmt: skip
    quota_reserve: Annotated[
        float, Share(),
        "The share of the service's own quota (`RateLimit`, `X-RateLimit-Remaining`) left to others; 0 for none.",
    ] = 0.2  # fmt: skip
    important: Annotated[
        tuple[str, ...], Joining(ANY_OPERATION),
        "Requests, as method and path glob, that are asked sooner than others where a budget is too small for all.",
    ] = ()  # fmt: skip

    def quiet(self, time_zone: str) -> QuietHours | None:
        """When nothing is asked, by the clocks of a zone."""
        if not self.quiet_hours:
            return None
        return QuietHours(tuple(one.meant for one in self.quiet_hours), zone_of(time_zone))


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _days(written: str) -> frozenset[int]:
    """``sat,mon-wed`` as numbers; a range may go over the end of the week."""
    days: set[int] = set()
    for first, last in re.findall(rf"({_DAY})(?:-({_DAY}))?", written):
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        days |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return frozenset(days)
