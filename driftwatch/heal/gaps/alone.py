"""What the mocks of an endpoint do not show, told by them alone: nobody was asked, and nobody remembers."""

from collections.abc import Iterable, Iterator

from driftwatch.heal.gaps.view import Side
from driftwatch.model.interaction import Interaction, MatcherKind
from driftwatch.model.likeness import merge
from driftwatch.model.paging import shows_more
from driftwatch.model.shape import JsonType, Shape
from driftwatch.model.unshown import Sort


def lacking(mocks: Iterable[Interaction], mocked: Side) -> tuple[Sort, ...]:
    """The sorts of behaviour that most services have and none of these mocks shows.

    A refusal or an error (``STATUS``), a null, an empty list where there are lists, a further page where it is a list.
    """
    return tuple(_lacking(list(mocks), mocked))


def _lacking(mocks: list[Interaction], mocked: Side) -> Iterator[Sort]:
    shape = merge(shape for status, shape in mocked.shapes.items() if 200 <= status < 300)
    places = [place for _, place in shape.walk()]
    lists = [place for place in places if JsonType.ARRAY in place.types]
    if lists and not any(place.empty_arrays for place in lists):
        yield Sort.EMPTY_LIST
    if _is_listing(shape, mocks) and not shows_more(shape) and not _leads_on(mocks):
        yield Sort.FURTHER_PAGE
    if any(place.members for place in places) and not any(place.nulls for place in places) and not _may_be_null(mocks):
        yield Sort.NULL
    if mocked.statuses and not any(status >= 400 for status in mocked.statuses):
        yield Sort.STATUS


def _is_listing(shape: Shape, mocks: Iterable[Interaction]) -> bool:
    """Whether the document is a list of records, or an object around one: a record's own lists have no pages."""
    is_of_record = any(mock.request.path_template.endswith("}") for mock in mocks)
    members = () if is_of_record else (member.shape for member in shape.members.values())
    return any(place.items is not None and place.items.objects for place in (shape, *members))


def _leads_on(mocks: Iterable[Interaction]) -> bool:
    """Whether a mock has a link to a next page (RFC 8288)."""
    links = (variant.header("link") or "" for mock in mocks for variant in mock.variants)
    return any("next" in link for link in links)


def _may_be_null(mocks: Iterable[Interaction]) -> bool:
    matchers = (matcher for mock in mocks for variant in mock.variants for matcher in variant.matchers)
    return any(matcher.kind is MatcherKind.NULLABLE for matcher in matchers)
