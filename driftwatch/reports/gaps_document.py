"""What no mock shows, as the ``driftwatch.gaps/1`` document."""

from driftwatch.model.interaction import Origin
from driftwatch.model.unshown import Endpoint, Gaps, ProviderGaps, Unshown, by_sort, score_of
from driftwatch.reports.json import encoded, instant


def document(gaps: Gaps) -> str:
    """Indented, ending in a newline."""
    return encoded(
        {
            "schema": "driftwatch.gaps/1",
            "is_offline": gaps.is_offline,
            "is_incomplete": gaps.is_incomplete,
            "requests_sent": gaps.requests_sent,
            "unanswered": gaps.unanswered,
            "score": gaps.score,
            "providers": [_provider(one) for one in gaps.providers],
        },
        indent=2,
    )


def _score(place: ProviderGaps | Endpoint) -> dict[str, object]:
    return {"score": score_of(place), "summands": {str(sort): number for sort, number in by_sort(place).items()}}


def _provider(provider: ProviderGaps) -> dict[str, object]:
    return {"name": provider.name, "target": provider.target, **_score(provider)} | {
        "endpoints": [_endpoint(one) for one in provider.endpoints]
    }


def _endpoint(endpoint: Endpoint) -> dict[str, object]:
    return {
        "method": endpoint.method,
        "path_template": endpoint.path_template,
        "mocks": endpoint.mocks,
        "samples": endpoint.samples,
        **_score(endpoint),
        "behaviours": [_behaviour(one) for one in endpoint.unshown],
        "promised": [{"origin": _origin(one.origin), "status": one.status} for one in endpoint.promised],
    }


def _behaviour(one: Unshown) -> dict[str, object]:
    return {
        "sort": str(one.sort),
        "path": one.path,
        "detail": one.detail,
        "mocks_show": one.shown,
        "service_shows": one.seen,
        "prevalence": {"k": one.k, "n": one.n} if one.n else None,
        "last_seen": instant(one.last_seen),
        "advice": one.advice,
        "neighbour": _origin(one.neighbour) if one.neighbour is not None else None,
        "variant": _variant(one) if one.files else None,
        "why_no_variant": one.why_not or None,
    }


def _variant(one: Unshown) -> dict[str, object]:
    return {
        "format": one.format,
        "is_same_request": one.is_same_request,
        "files": [{"file": file, "text": content.decode("utf-8", "replace")} for file, content in one.files],
    }


def _origin(origin: Origin) -> dict[str, object]:
    return {"file": origin.file, "pointer": origin.pointer, "line": origin.line}
