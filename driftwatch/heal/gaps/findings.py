"""What findings tell of behaviours that no mock shows: those of this run, and those that are remembered."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from driftwatch.heal.gaps.view import View
from driftwatch.model.finding import Finding
from driftwatch.model.likeness import merge
from driftwatch.model.shape import Shape
from driftwatch.model.unshown import Sort, Unshown

SORTS: Final[Mapping[str, Sort]] = {
    "enum-value-added": Sort.ENUM_VALUE,
    "error-in-2xx": Sort.ERROR_SHAPE,
    "error-shape-changed": Sort.ERROR_SHAPE,
    "field-optional": Sort.ABSENCE,
    "happy-path-only": Sort.STATUS,
    "intermittent-error": Sort.STATUS,
    "latency-mock-mismatch": Sort.LATENCY_TAIL,
    "latency-timeout-risk": Sort.LATENCY_TAIL,
    "mock-hides-shape": Sort.CONTENT,
    "null-unexpected": Sort.NULL,
    "pagination-unmocked": Sort.FURTHER_PAGE,
    "permission-view-differs": Sort.IDENTITY,
    "rate-limit-unmocked": Sort.RATE_LIMIT,
    "status-widened": Sort.STATUS,
    "variant-unmocked": Sort.VARIANT,
}
"""Kinds of findings that tell of something beside what the mock says; the others say that what it says is wrong."""


def missing_by_findings(view: View) -> Iterator[Unshown]:
    """One for each finding of such a kind, unless another mock of the endpoint shows it."""
    places = dict(merge(view.mocked.shapes.values()).walk())
    for finding in view.findings:
        sort = SORTS.get(finding.kind)
        if sort is None or _is_shown(sort, finding, places.get(finding.path), view):
            continue
        prevalence = finding.prevalence
        is_latency = sort is Sort.LATENCY_TAIL
        yield Unshown(
            sort,
            "latency" if is_latency else finding.path,
            "" if is_latency else _detail(sort, finding),
            finding.claim,
            finding.observed,
            prevalence.k if prevalence is not None else 0,
            prevalence.n if prevalence is not None else 0,
            finding.last_seen if finding.fingerprint in view.remembered else None,
            finding.hint,
        )


_OF_ONE_RECORD: Final = {"field-always-null": (Sort.NULL, "null"), "field-missing": (Sort.ABSENCE, "not there")}
"""What is wrong with the mock of one record is a behaviour where the mocks of others are right."""


def missing_for_some(view: View) -> Iterator[Unshown]:
    """Where no answer is at hand: members that some records of an endpoint have and others do not."""
    records: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in view.findings:
        if finding.kind in _OF_ONE_RECORD and finding.mock_id in view.compared:
            records[finding.kind, finding.path].append(finding)
    places = dict(merge(view.mocked.shapes.values()).walk())
    for (kind, path), found in records.items():
        sort, seen = _OF_ONE_RECORD[kind]
        k = len({finding.mock_id for finding in found})
        if k < len(view.compared) and not _is_shown(sort, found[0], places.get(path), view):
            last = max((finding.last_seen for finding in found if finding.last_seen is not None), default=None)
            yield Unshown(
                sort, path, "", "a value", seen, k, len(view.compared), last,
                f"Add an answer in which it is {seen}.",
            )  # fmt: skip


def _detail(sort: Sort, finding: Finding) -> str:
    if sort in (Sort.NULL, Sort.ABSENCE, Sort.CONTENT, Sort.RATE_LIMIT, Sort.IDENTITY, Sort.FURTHER_PAGE):
        return ""  # one behaviour, whichever mock it was found at
    return finding.detail


def _is_shown(sort: Sort, finding: Finding, place: Shape | None, view: View) -> bool:
    match sort:
        case Sort.NULL:
            return place is not None and place.nulls > 0
        case Sort.CONTENT:
            return place is not None and bool(place.families) and not _is_hollow(place)
        case Sort.ABSENCE:
            return place is not None and not _is_always_there(finding.path, view)
        case Sort.ENUM_VALUE:
            return place is not None and finding.detail in {digest(value) for value in place.distinct or ()}
        case Sort.VARIANT:
            return place is not None and finding.detail in place.variants
        case Sort.FURTHER_PAGE:
            return (place is not None and bool(place.families)) or _leads_on(view)
        case Sort.RATE_LIMIT:
            return 429 in view.mocked.statuses
        case Sort.LATENCY_TAIL:
            return _is_as_slow(view)
        case Sort.STATUS:
            return finding.kind == "happy-path-only" and any(status >= 400 for status in view.mocked.statuses)
        case _:
            return False


def _is_as_slow(view: View) -> bool:
    """Whether a mock holds an answer back as long, give or take a fifth: no two runs measure the same."""
    delays = (variant.delay_ms or 0.0 for mock in view.mocks for variant in mock.variants)
    return view.tail_ms is not None and max(delays, default=0.0) * 5 >= view.tail_ms * 4


def _leads_on(view: View) -> bool:
    """Whether a mock has a link to a next page (RFC 8288)."""
    links = (variant.header("link") or "" for mock in view.mocks for variant in mock.variants)
    return any("next" in link for link in links)


def _is_hollow(place: Shape) -> bool:
    return place.arrays is not None and place.arrays.maximum == 0


def _is_always_there(path: str, view: View) -> bool:
    parent, _, name = path.rpartition("/")
    places = dict(merge(view.mocked.shapes.values()).walk())
    holder = places.get(parent)
    return holder is None or holder.is_required(name.replace("~1", "/").replace("~0", "~"))


def digest(value: object) -> str:
    """What ``enum-value-added`` calls a value by."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:8]
