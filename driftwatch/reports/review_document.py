"""A review of mocks as the ``driftwatch.review/1`` document."""

from datetime import datetime

from driftwatch.model.contradiction import Contradiction
from driftwatch.model.reliance import Drift
from driftwatch.model.review import Review, ReviewedEndpoint, ReviewedMock, Said
from driftwatch.model.unshown import Unshown
from driftwatch.reports.brief import brief
from driftwatch.reports.json import Document, encoded, instant, origin
from driftwatch.reports.review import conclusion, points


def document(review: Review, now: datetime) -> str:
    """Indented, ending in a newline."""
    return encoded(
        {
            "schema": "driftwatch.review/1",
            "conclusion": conclusion(review, now),
            "since": review.since or None,
            "is_remembered": review.is_remembered,
            "trouble": review.trouble or None,
            "endpoints": [_endpoint(one, now) for one in review.endpoints],
            "removed": [
                {"file": one.file, "what": one.what or None, "provider": one.provider} for one in review.removed
            ],
            "unreadable": [
                {
                    "file": one.file,
                    "format": one.format,
                    "reason": one.reason,
                    "line": one.line,
                    "pointer": one.pointer,
                }
                for one in review.unreadable
            ],
            "ignored": [{"file": one.file, "reason": one.reason} for one in review.ignored],
            "outside": list(review.outside),
            "unchanged": review.unchanged,
        },
        indent=2,
    )


def _endpoint(endpoint: ReviewedEndpoint, now: datetime) -> Document:
    return {
        "provider": endpoint.provider,
        "method": endpoint.method,
        "path_template": endpoint.path_template,
        "mocks": [_mock(one) for one in endpoint.mocks],
        "mocks_beside": endpoint.beside,
        "seen": [_unshown(one) for one in endpoint.seen],
        "lacks": [sort.value for sort in endpoint.lacks],
        "contradictions": [_contradiction(one) for one in endpoint.contradictions],
        "points": [{"is_done": point.is_done, "says": point.plain} for point in points(endpoint, now)],
    }


def _mock(one: ReviewedMock) -> Document:
    return {
        "change": one.change.value,
        "mock_id": one.mock.mock_id,
        "format": one.mock.format,
        "origin": origin(one.mock.origin),
        "claims": [_said(said) for said in one.says],
        "incomparable": one.mock.incomparable or None,
        "trust": one.trust.value,
        "reason": one.known.reason or None,
        "verified_at": instant(one.known.verified_at),
        "compared_at": instant(one.known.compared_at),
        "drift": [_drift(drift) for drift in one.drift],
    }


def _said(said: Said) -> Document:
    return {
        "status": said.status,
        "shape": None if said.shape is None else brief(said.shape),
        "media_type": said.media_type or None,
        "bytes": said.size,
        "fault": said.fault or None,
    }


def _drift(drift: Drift) -> Document:
    return {
        "fingerprint": drift.fingerprint, "kind": drift.kind, "severity": drift.severity.value, "path": drift.path,
    }  # fmt: skip


def _unshown(one: Unshown) -> Document:
    return {
        "sort": one.sort.value, "path": one.path, "detail": one.detail, "mocks_show": one.shown,
        "service_shows": one.seen, "last_seen": instant(one.last_seen),
    }  # fmt: skip


def _contradiction(one: Contradiction) -> Document:
    return {
        "disagreement": one.disagreement.value,
        "path": one.path,
        "sayings": [
            {"says": saying.says, "origins": [origin(place) for place in saying.origins]} for saying in one.sayings
        ],
    }
