"""What audits saw of an incident, and why they did not: lives of findings and presences of mocks, held against it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.incident_places import distance, relation
from driftwatch.model.finding import SUPPRESSED, Severity
from driftwatch.model.incident import Incident, Relation, Trace, Unseen
from driftwatch.model.lifecycle import ACKNOWLEDGED, Event, Life
from driftwatch.model.presence import Presence

_FAR: Final = {Relation.SAME: 0, Relation.ABOVE: 0, Relation.BELOW: 1, Relation.ANYWHERE: 2}
"""What says of the very place that it is not as mocked goes first, be it said of the place or of what holds it."""
_EXACT: Final = (Relation.SAME, Relation.ABOVE, Relation.BELOW, Relation.ANYWHERE)


class Chronicle(Struct, frozen=True):
    """What is remembered of one provider."""

    lives: tuple[Life, ...]
    presences: tuple[Presence, ...]
    runs: tuple[datetime, ...]
    """When its runs began, the oldest first."""
    forgets: datetime
    """What happened before this moment may have been forgotten."""
    base: str = ""
    """The path of its target."""
    events: Callable[[str], Iterable[Event]] = lambda _: ()
    """What happened to a finding, by fingerprint."""


class _Match(Struct, frozen=True):
    life: Life
    kind: str
    path: str
    relation: Relation
    explained_by: str = ""

    @property
    def group(self) -> tuple[str, str, str]:
        """What is one finding to a person, whatever the mock's id."""
        detail = "" if self.explained_by else self.life.finding.detail
        return family(self.kind), self.path, detail


def family(kind: str) -> str:
    """Kinds of one pair share it, so growing evidence changes no kind of an incident."""
    known = KINDS.get(kind)
    return (known.family or kind) if known is not None else kind


def mocks_of(incident: Incident, known: Chronicle) -> tuple[Presence, ...]:
    """Mocks of the incident's endpoint, whenever they were there."""
    nearest = _nearest(incident, known)
    return tuple(
        one for one in known.presences if _is_near(incident, one.mock.method, one.mock.path_template, known, nearest)
    )


def traces(incident: Incident, known: Chronicle) -> tuple[Trace, ...]:
    """Each finding that speaks of the incident, those first that say most."""
    groups: dict[tuple[str, str, str], list[_Match]] = defaultdict(list)
    for match in _matches(incident, known):
        groups[match.group].append(match)
    found = [_trace(incident, group, known) for group in groups.values()]
    return tuple(sorted((one for one in found if _warns(one, incident)), key=lambda one: _weight(one, incident)))


def why_unseen(incident: Incident, known: Chronicle) -> Unseen:
    """Why no audit saw it, where none did."""
    happened = incident.happened_at
    if not known.runs or known.runs[0] > happened:
        return Unseen.FORGOTTEN if happened < known.forgets else Unseen.NOT_AUDITED
    there = [one for one in mocks_of(incident, known) if was_there(one, happened, known)]
    if not there:
        return Unseen.NO_MOCK
    return Unseen.NO_FINDING if any(was_compared(one, happened, known) for one in there) else Unseen.NOT_COMPARED


def was_there(one: Presence, at: datetime, known: Chronicle) -> bool:
    """Whether a mock was there at a moment, as far as runs tell: verdicts of old runs are forgotten before the runs."""
    first = one.first if one.first is not None else known.runs[0]
    if first > _reached(at, known):
        return False
    before = [run for run in known.runs if run <= at]
    return one.is_current or (one.last is not None and (not before or one.last >= before[-1]))


def was_compared(one: Presence, at: datetime, known: Chronicle) -> bool:
    """Whether it had been held against the service by then."""
    return one.compared is not None and one.compared <= _reached(at, known)


def _reached(at: datetime, known: Chronicle) -> datetime:
    """The moment itself; or where the memory of verdicts begins, if older runs tell that there were more of them."""
    firsts = [one.first for one in known.presences if one.first is not None]
    edge = min(firsts, default=at)
    return max(at, edge) if known.runs and known.runs[0] <= at else at


def _matches(incident: Incident, known: Chronicle) -> Iterator[_Match]:
    nearest = _nearest(incident, known)
    for life in known.lives:
        finding = life.finding
        is_of_all = not finding.method and not finding.path_template
        if not is_of_all and not _is_near(incident, finding.method, finding.path_template, known, nearest):
            continue
        told = [(finding.kind, finding.path, ""), *((one.kind, one.path, finding.kind) for one in finding.explains)]
        found = [
            _Match(life, kind, path, how, by)
            for kind, path, by in told
            if _is_wanted(incident, kind, path) and (how := relation(incident.told_place, path, kind)) is not None
        ]
        if found:
            yield min(
                found, key=lambda match: (_FAR[match.relation], bool(match.explained_by), _EXACT.index(match.relation))
            )


def _is_wanted(incident: Incident, kind: str, path: str) -> bool:
    """Of the named kind; where none is named, of any that speaks of the service.

    That the audit's own credentials were refused speaks of it where a refusal is what went wrong.
    """
    if incident.kind:
        return family(kind) == family(incident.kind)
    known = KINDS.get(kind)
    if kind == "access-denied":
        return incident.told_place == path
    return known is None or not (known.is_health or known.is_static)


def _nearest(incident: Incident, known: Chronicle) -> int | None:
    """How far from the incident's path the nearest template is that anybody mocked; ``None`` if none fits."""
    templates = {(one.mock.method, one.mock.path_template) for one in known.presences}
    templates |= {(one.finding.method, one.finding.path_template) for one in known.lives if one.finding.path_template}
    found = (
        distance(incident.path, template, known.base)
        for method, template in templates
        if incident.path and incident.method in ("", method)
    )
    return min((far for far in found if far is not None), default=None)


def _is_near(incident: Incident, method: str, template: str, known: Chronicle, nearest: int | None) -> bool:
    if incident.method not in ("", method):
        return False
    return not incident.path or (nearest is not None and distance(incident.path, template, known.base) == nearest)


def _trace(incident: Incident, group: Sequence[_Match], known: Chronicle) -> Trace:
    first, begun = min(((match, _begun(match.life, known)) for match in group), key=lambda pair: pair[1])
    ends = [_end(match.life) for match in group]
    happened = incident.happened_at
    stood = any(
        _begun(match.life, known) <= happened and (end is None or end > happened)
        for match, end in zip(group, ends, strict=True)
    )
    told = [match.life.opened_at for match in group if match.life.opened_at is not None]
    last = max((match.life for match in group), key=lambda life: life.last_seen)
    return Trace(
        first.kind, first.path, last.fingerprint, last.finding.mock_id, max(m.life.finding.severity for m in group),
        first.relation, begun, last.last_seen, min(told, default=None),
        None if None in ends else max(end for end in ends if end is not None), stood, first.explained_by, _hidden(last),
    )  # fmt: skip


def _begun(life: Life, known: Chronicle) -> datetime:
    """When it was seen for the very first time: one that came back after long began anew, and was known before."""
    if life.incarnation == 1:
        return life.first_seen
    return min([life.first_seen, *(event.at for event in known.events(life.fingerprint))])


def _end(life: Life) -> datetime | None:
    return None if life.state.is_current else life.resolved_at or life.last_seen


def _hidden(life: Life) -> str:
    if life.suppressed is not None:
        return SUPPRESSED
    return ACKNOWLEDGED if life.acknowledged is not None else ""


def _warns(one: Trace, incident: Incident) -> bool:
    """Whether it could have warned anybody: what is worth knowing only does at the very place, or where it is named."""
    return one.severity > Severity.INFO or bool(incident.kind) or one.relation is Relation.SAME


def _weight(one: Trace, incident: Incident) -> tuple[object, ...]:
    """Those first that are about the very place and alarm, then those that stood when it happened, then the worst."""
    return (
        _FAR[one.relation], one.severity is Severity.INFO, not one.stood, one.first_seen > incident.happened_at,
        _EXACT.index(one.relation),
        bool(one.explained_by), -one.severity.rank, one.first_seen, one.fingerprint,
    )  # fmt: skip
