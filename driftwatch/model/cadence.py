"""How often something is done: every so many seconds, or when a crontab says so."""

import hashlib
from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import Struct

from driftwatch.model.crontab import Crontab
from driftwatch.model.quiet import QuietHours


class Cadence(Struct, frozen=True):
    """When the audits of one provider begin."""

    when: timedelta | Crontab = timedelta(hours=1)
    zone: tzinfo = UTC
    """Whose clock a crontab is read by."""
    jitter: timedelta = timedelta()
    """Each run begins up to so much later, so that many installations do not ask at the same second."""
    at_start: bool = True
    """A run begins with the daemon, whatever the hour."""
    quiet: QuietHours | None = None
    """When no run begins: one that would begin then begins when they end."""

    def next_after(self, moment: datetime, name: str) -> datetime | None:
        """The next run after a moment, in UTC and without jitter; ``None`` if there is none.

        Intervals count from a fixed moment that ``name`` decides: providers of one cadence are spread over it, and a
        restart moves nothing.
        """
        following = self._following(moment, name)
        return following if following is None else self.first_from(following)

    def first_from(self, moment: datetime) -> datetime | None:
        """The first moment from this one on at which a run may begin; ``None`` if there is none."""
        return moment if self.quiet is None else self.quiet.end(moment)

    def _following(self, moment: datetime, name: str) -> datetime | None:
        if isinstance(self.when, Crontab):
            return self.when.next_after(moment, self.zone)
        every = self.when
        since = (moment - _EPOCH - _offset(name, every)) // every
        return _EPOCH + _offset(name, every) + (since + 1) * every

    def longest_gap(self, moment: datetime) -> timedelta:
        """The longest time between the beginnings of two runs."""
        gap = self.when.longest_gap(moment, self.zone) if isinstance(self.when, Crontab) else self.when
        quiet = self.quiet.longest if self.quiet is not None else timedelta()
        return gap + self.jitter + quiet


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _offset(name: str, every: timedelta) -> timedelta:
    """A part of the interval, the same for a name wherever and whenever it is asked for."""
    share = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:4], "big") / 2**32
    return timedelta(seconds=every.total_seconds() * share)
