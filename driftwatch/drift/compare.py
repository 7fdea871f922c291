"""One claim and its evidence → everything in which they part, without opinion."""

from collections.abc import Iterator

from driftwatch.drift.body import compare_shapes
from driftwatch.drift.content import PROBLEM_JSON, essence
from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.error_documents import compare_codes
from driftwatch.drift.expectations import compare_expectations
from driftwatch.drift.paging import paged
from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Sides


def compare_bodies(sides: Sides) -> Iterator[Difference]:
    """The differences between what a mock's documents and a service's documents of one status look like."""
    terms = Terms.of(sides.pair.matchers)
    yield from compare_expectations(sides)
    if not sides.pair.is_error:
        yield from paged(compare_shapes(sides.promised, sides.delivered, terms), sides)
    elif _are_strangers(sides):
        count = len(sides.deliveries)
        yield Difference(Aspect.ERROR_DOCUMENT, "", sides.promised, sides.delivered, k=count, n=count)
    else:
        yield from _error_bodies(sides, terms)


def _are_strangers(sides: Sides) -> bool:
    """No top-level member in common, or an ordinary object became a problem document."""
    promised, delivered = sides.promised, sides.delivered
    if not promised.members or not delivered.members:
        return False
    became_problem = _are_problems(sides, real=True) and not _are_problems(sides, real=False)
    return became_problem or not promised.members.keys() & delivered.members.keys()


def _are_problems(sides: Sides, *, real: bool) -> bool:
    """Whether a side speaks ``application/problem+json`` (RFC 9457)."""
    answers = sides.delivered_by if real else sides.pair.variants
    return bool(answers) and all(essence(answer.header("content-type")) == PROBLEM_JSON for answer in answers)


def _error_bodies(sides: Sides, terms: Terms) -> Iterator[Difference]:
    """Error documents: what is there only sometimes is no difference; of two problem documents little counts.

    RFC 9457, 3: title, detail and instance are optional or for people, extensions must be ignored by those who do not
    know them.
    """
    both_problems = _are_problems(sides, real=True) and _are_problems(sides, real=False)
    yield from compare_codes(sides, terms, are_problems=both_problems)
    for difference in compare_shapes(sides.promised, sides.delivered, terms):
        if difference.aspect in (Aspect.PARTLY_GONE, Aspect.CONTINUED):
            continue
        if both_problems and not difference.path.startswith(("/type", "/status")):
            continue
        yield difference
