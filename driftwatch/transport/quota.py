"""What a service says of its own quota: how much it grants, how much of that is left, and when it begins anew.

Read are the fields of the IETF draft (draft-ietf-httpapi-ratelimit-headers): ``RateLimit-Policy`` and ``RateLimit`` as
lists (-08 and later) or ``RateLimit`` as a dictionary (-07), ``RateLimit-Limit`` and its siblings (-00 to -06); and the
spellings with ``X-`` that most services have. A quota is known only if both its size and the rest are.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from msgspec import Struct

from driftwatch.model.probe import Observation

_ITEM: Final = re.compile(r'"(?P<name>[^"]{0,100})"\s*(?P<told>[^,"]{0,300})')
_TOLD: Final = re.compile(r"(?:^|[;,])\s*(?P<key>[a-z_-]{1,20})\s*=\s*(?P<value>\d{1,15})(?![\d.])")
_NUMBER: Final = re.compile(r"\s*(\d{1,15})(?:\.\d+)?\s*(?:[,;].*)?", re.DOTALL)
_LONGEST: Final = 1000
"""Characters of a field that are read."""
_FAMILIES: Final = ("ratelimit-", "x-ratelimit-", "x-rate-limit-")
_SUFFIXES: Final = ("", "-requests", "-second", "-minute", "-hour", "-day")
"""``-minute`` and its like are those of Kong, ``-requests`` that of several APIs that count tokens beside them."""
_EPOCH: Final = 1_000_000_000
"""A number above this is a moment in seconds since 1970 and no duration: as one it would be 31 years."""


class Quota(Struct, frozen=True):
    """How much a service grants us in some time."""

    limit: int
    left: int
    resets_in: float | None = None
    """Seconds until it is whole again; ``None`` if the service does not say."""

    def is_nearly_spent(self, reserve: float) -> bool:
        """Whether no more is left than the share that is to be left to others."""
        return self.left <= self.limit * reserve


def quota_of(sample: Observation, now: datetime) -> Quota | None:
    """The tightest of the quotas that an answer tells of; ``None`` if it tells of none in full."""
    fields = {
        name.lower(): value[:_LONGEST]
        for name, value in reversed(sample.headers)
        if "rate" in name.lower() and "limit" in name.lower()
    }
    if not fields:
        return None
    known = [quota for quota in (*_of_draft(fields), *_of_triples(fields, now)) if quota.limit > 0]
    return min(known, key=lambda quota: (quota.left / quota.limit, -(quota.resets_in or 0)), default=None)


def _of_draft(fields: Mapping[str, str]) -> Iterator[Quota]:
    told = fields.get("ratelimit", "")
    limits = {
        item["name"]: _parameters(item["told"]).get("q") for item in _ITEM.finditer(fields.get("ratelimit-policy", ""))
    }
    for item in _ITEM.finditer(told):
        parameters = _parameters(item["told"])
        limit, left = limits.get(item["name"]), parameters.get("r")
        if limit is not None and left is not None:
            yield Quota(limit, left, _seconds(parameters.get("t")))
    if '"' not in told:
        parameters = _parameters(told)
        if "limit" in parameters and "remaining" in parameters:
            yield Quota(parameters["limit"], parameters["remaining"], _seconds(parameters.get("reset")))


def _parameters(text: str) -> dict[str, int]:
    return {found["key"]: int(found["value"]) for found in _TOLD.finditer(text)}


def _seconds(number: int | None) -> float | None:
    return None if number is None else float(number)


def _of_triples(fields: Mapping[str, str], now: datetime) -> Iterator[Quota]:
    for family in _FAMILIES:
        for suffix in _SUFFIXES:
            limit = _number(fields.get(f"{family}limit{suffix}"))
            left = _number(fields.get(f"{family}remaining{suffix}"))
            if limit is not None and left is not None:
                reset = fields.get(f"{family}reset{suffix}") or fields.get(f"{family}reset")
                yield Quota(limit, left, _until(reset, now) if reset else None)


def _number(text: str | None) -> int | None:
    found = _NUMBER.fullmatch(text) if text is not None else None
    return int(found[1]) if found else None


def _until(reset: str, now: datetime) -> float | None:
    """Seconds until a moment that is told as a duration, as seconds or milliseconds since 1970, or as a date."""
    number = _number(reset)
    if number is None:
        moment = _moment(reset.strip())
        if moment is None:
            return None
        return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)).timestamp() - now.timestamp())
    if number > _EPOCH * 1000:
        number //= 1000
    return max(0.0, number - now.timestamp()) if number > _EPOCH else float(number)


def _moment(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError):
            continue
    return None
