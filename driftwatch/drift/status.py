"""What a status that the mock does not show means (drift semantics 2.1, gate 6): questions that several rules ask."""

from typing import Final

from driftwatch.drift.callers import are_nobody, is_for_all
from driftwatch.drift.content import essence, is_json
from driftwatch.drift.difference import Comparison, Difference
from driftwatch.drift.missing import is_as_missing
from driftwatch.model.interaction import Provenance
from driftwatch.model.probe import Observation
from driftwatch.model.route import has_parameter

_GONE: Final = frozenset({405, 410, 501})
_REJECTED: Final = frozenset({400, 406, 411, 413, 414, 415, 422, 428})
_STATEFUL: Final = frozenset({402, 404, 409, 410, 412, 423})
"""Refusals that depend on the state of the service and not on the request."""


def mocked(difference: Difference) -> str:
    """The mocked statuses for a reader: ``200 or 404``."""
    return " or ".join(str(status) for status in difference.statuses)


def seen(difference: Difference) -> str:
    """The statuses seen, each once, in order."""
    return ", ".join(str(status) for status in dict.fromkeys(sample.status for sample in difference.samples))


def seen_classes(difference: Difference) -> str:
    """The set of status classes seen: what makes two status findings different."""
    return ",".join(sorted({f"{sample.status // 100}xx" for sample in difference.samples}))


def is_gone(difference: Difference, comparison: Comparison) -> bool:
    """405, 410 and 501; or a 404 that speaks of the route and not of a record."""
    status = _status(difference)
    if not _mocks_success(difference):
        return False
    return status in _GONE or (status == 404 and not _is_about_record(difference, comparison))


def is_fixture(difference: Difference, comparison: Comparison) -> bool:
    """A 404 that speaks of a record of a known route."""
    about_record = _status(difference) == 404 and _is_about_record(difference, comparison)
    return _mocks_success(difference) and about_record


def is_rejected(difference: Difference, comparison: Comparison) -> bool:
    """Refused as invalid, and not because we made the request up."""
    made_up = comparison.claim.request.provenance is Provenance.GENERATED
    return _mocks_success(difference) and _status(difference) in _REJECTED and not made_up


def is_redirect(difference: Difference) -> bool:
    """Any 3xx but 304, where the mock succeeds."""
    status = _status(difference)
    return _mocks_success(difference) and 300 <= status < 400 and status != 304


def is_other_refusal(difference: Difference, comparison: Comparison) -> bool:
    """Another 4xx than the mocked one, to whom the mocked one is meant."""
    is_refusal = _mocks_refusal(difference) and 400 <= _status(difference) < 500
    return is_refusal and not _is_for_somebody_known(difference, comparison)


def _is_for_somebody_known(difference: Difference, comparison: Comparison) -> bool:
    """A 403 to somebody who showed who asks, and a 401 to us, who did not: two answers to two questions."""
    is_unknown = difference.statuses[0] == 403 and _status(difference) == 401
    return is_unknown and are_nobody(difference.samples, comparison.context) and not is_for_all(comparison.claim)


def is_unreproduced(difference: Difference) -> bool:
    """A mocked refusal of the request itself, that succeeds."""
    succeeds = 200 <= _status(difference) < 300
    return _mocks_refusal(difference) and succeeds and difference.statuses[0] not in _STATEFUL


def unverifiable_status(difference: Difference, comparison: Comparison) -> str:
    """Why nothing can be said of this status; empty if something can."""
    status = _status(difference)
    if _mocks_success(difference):
        if status == 409:
            return "a conflict with the state of the service"
        made_up = comparison.claim.request.provenance is Provenance.GENERATED
        if status in _REJECTED and made_up:
            return "the request was made up from a pattern, so its refusal says nothing"
    elif _is_for_somebody_known(difference, comparison):
        return "the mock refuses somebody it knows, and the audit asked as nobody; bind an identity to it"
    elif _mocks_refusal(difference) and 200 <= status < 300 and difference.statuses[0] in _STATEFUL:
        return "this refusal depends on a state that staging is not in"
    return ""


def _status(difference: Difference) -> int:
    """The status most of the samples have; the lowest of them where several have it."""
    statuses = [sample.status for sample in difference.samples]
    return max(sorted(set(statuses)), key=statuses.count)


def _mocks_success(difference: Difference) -> bool:
    return 200 <= difference.statuses[0] < 300


def _mocks_refusal(difference: Difference) -> bool:
    return 400 <= difference.statuses[0] < 500


def _is_about_record(difference: Difference, comparison: Comparison) -> bool:
    """404s name a record if the path has a parameter, each body is an object, and unknown routes get another."""
    if not has_parameter(comparison.claim.request.path_template):
        return False
    unknown = comparison.context.unknown_route
    unknown_body = unknown.body.strip() if unknown is not None and unknown.status == 404 else None
    missed = [sample for sample in difference.samples if sample.status == 404]
    if all(is_as_missing(sample, comparison) for sample in missed):
        return True
    return all(_is_object(sample) and sample.body.strip() != unknown_body for sample in missed)


def _is_object(sample: Observation) -> bool:
    media_type = essence(sample.header("content-type"))
    body = sample.body.strip()
    return (not media_type or is_json(media_type)) and body.startswith(b"{") and body.endswith(b"}")
