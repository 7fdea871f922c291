"""Which audits are due when a process begins to lead: a change of the leader must not cost the services more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from driftwatch.model.cadence import Cadence
from driftwatch.reports.measures import View
from driftwatch.settings.tree import Settings

GAP: Final = timedelta(minutes=5)
"""An audit whose time came so shortly before was missed since nobody led, and is made up for."""


def due(settings: Settings, view: View, now: datetime, *, is_alone: bool) -> frozenset[str]:
    """The providers to audit at once.

    A process alone begins with all that are to be audited ``at_start``. One that takes over knows from ``view`` when
    each was audited last: it begins with those whose time has come since, if they are to be audited ``at_start`` or
    that time is not long past. One that was never audited is due if it is to be audited ``at_start``.
    """
    last = {provider.name: run.started_at for run, provider in view.audited}
    chosen = {name: provider.cadence() for name, provider in settings.providers.items()}
    if is_alone:
        return frozenset(name for name, cadence in chosen.items() if cadence.at_start)
    return frozenset(name for name, cadence in chosen.items() if _is_due(name, cadence, last, now))


def _is_due(name: str, cadence: Cadence, last: Mapping[str, datetime], now: datetime) -> bool:
    if name not in last:
        return cadence.at_start
    should_have_been = cadence.next_after(last[name], name)
    if should_have_been is None or should_have_been > now:
        return False
    return cadence.at_start or now - should_have_been <= GAP
