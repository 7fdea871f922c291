"""What the samples of incidents are worth: measures of ``metrics``, where the config names incidents."""

import statistics
from collections import Counter
from collections.abc import Iterator

from driftwatch.reports.measures import View
from driftwatch.reports.metric import Point


def incidents(view: View) -> Iterator[Point]:
    """Counts by cause and by when audits saw them; a provider without any has a zero without a cause."""
    for _, provider in view.audited:
        if provider.incidents is None:
            continue
        counts = Counter((one.cause, one.seen) for one in provider.incidents) or {("", ""): 0}
        for (cause, seen), number in sorted(counts.items()):
            yield (provider.name, cause, seen), number


def lead_time(view: View) -> Iterator[Point]:
    """The longest, the median and the shortest, of those that audits saw."""
    for _, provider in view.audited:
        leads = [one.lead_seconds for one in provider.incidents or () if one.lead_seconds is not None]
        if leads:
            yield (provider.name, "longest"), max(leads)
            yield (provider.name, "median"), statistics.median(leads)
            yield (provider.name, "shortest"), min(leads)
