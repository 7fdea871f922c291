"""Why no test caught an incident, read off what audits know; only where nobody wrote it down.

The first that fits, in this order: no mock of the endpoint · what the kind of the finding says (who asked, a rollout,
slowness, limits, order) · what the status says · only success is mocked, and an error came · a finding stood open
before · a value, and not the form · the service changed between two audits · nobody had verified the mock.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.incident_traces import Chronicle, mocks_of, was_compared, was_there
from driftwatch.model.finding import Category
from driftwatch.model.incident import Cause, Incident, Trace, Unseen

_OF_KIND: Final[Mapping[str, Cause]] = {
    "endpoint-unmocked": Cause.NO_MOCK,
    "happy-path-only": Cause.HAPPY_PATH_ONLY,
    "idempotency-violated": Cause.SEQUENCE,
    "int32-exceeded": Cause.LIMITS,
    "int53-exceeded": Cause.LIMITS,
    "intermittent-error": Cause.HAPPY_PATH_ONLY,
    "ordering-changed": Cause.SEQUENCE,
    "pagination-unmocked": Cause.LIMITS,
    "payload-oversized": Cause.LIMITS,
    "rate-limit-unmocked": Cause.LIMITS,
}
_OF_CATEGORY: Final[Mapping[Category, Cause]] = {
    Category.AUTH: Cause.RIGHTS,
    Category.LATENCY: Cause.TIMING,
    Category.ROLLOUT: Cause.ROLLOUT,
}
_OF_STATUS: Final[Mapping[int, Cause]] = {
    401: Cause.RIGHTS, 403: Cause.RIGHTS, 408: Cause.TIMING, 413: Cause.LIMITS, 429: Cause.LIMITS, 504: Cause.TIMING,
}  # fmt: skip
"""RFC 9110, 15.5 and 15.6; RFC 6585, 4."""


def derive(
    incident: Incident, trace: Trace | None, unseen: Unseen | None, known: Chronicle | None,
    statuses: Iterable[int],
) -> Cause:  # fmt: skip
    """The cause of one incident; ``statuses`` are those that mocks of its endpoint answer now."""
    if unseen is Unseen.NO_MOCK or (trace is not None and not trace.stood and _is_unmocked(incident, known)):
        return Cause.NO_MOCK
    kind = trace.kind if trace is not None else incident.kind
    for found in (_of_kind(kind), _OF_STATUS.get(incident.status or 0)):
        if found is not None:
            return found
    mocked = tuple(statuses)
    if incident.is_error and mocked and all(status < 400 for status in mocked):
        return Cause.HAPPY_PATH_ONLY
    if trace is None:
        return Cause.UNVERIFIED_MOCK if unseen in (Unseen.NOT_COMPARED, Unseen.NOT_AUDITED) else Cause.UNKNOWN
    return _of_history(incident, trace, known)


def _of_kind(kind: str) -> Cause | None:
    known = KINDS.get(kind)
    return _OF_KIND.get(kind) or (_OF_CATEGORY.get(known.category) if known is not None else None)


def _of_history(incident: Incident, trace: Trace, known: Chronicle | None) -> Cause:
    if trace.stood:
        return Cause.STALE_MOCK
    category = KINDS[trace.kind].category if trace.kind in KINDS else None
    if category is Category.VALUE:
        return Cause.WRONG_VALUE
    if known is None or not known.runs:
        return Cause.UNKNOWN
    mocks = mocks_of(incident, known)
    is_verified = any(was_compared(one, incident.happened_at, known) for one in mocks)
    return Cause.BETWEEN_AUDITS if is_verified else Cause.UNVERIFIED_MOCK


def _is_unmocked(incident: Incident, known: Chronicle | None) -> bool:
    """Whether audits looked at the provider before, and found no mock of the endpoint."""
    happened = incident.happened_at
    if known is None or not known.runs or known.runs[0] > happened:
        return False
    return not any(was_there(one, happened, known) for one in mocks_of(incident, known))
