"""What holds for all documents: no false alarm on faithful answers, no silence on a refuted claim, stable names."""

import json
import random
import uuid
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.drift.difference import Aspect
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Expectation
from driftwatch.model.probe import Observation
from driftwatch.model.shape import DISCRIMINATORS
from driftwatch.shapes.depth import DEPTH_LIMIT
from driftwatch.usecases.judgement import compare, weigh
from tests.drift.making import HERE, JSON, LENIENT, a_claim, delivery, found, kinds, promise
from tests.drift.strategies import DOCUMENTS, PLAIN_RECORDS, RECORDS, SAMPLES, VARIANTS, Document, Record, echo

LAW: Final = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
"""Always the same examples: a red build must be red again when it is looked at."""

SOME: Final = st.lists(DOCUMENTS, min_size=1, max_size=3)
PICKS: Final = st.lists(st.integers(0, 99), min_size=1, max_size=4)
Change = Callable[[Document], Document]


def _anew(value: str) -> str:
    """Another uuid for a uuid, another day for a day, each its own; other text stays."""
    try:
        return str(uuid.UUID(int=uuid.UUID(value).int + 1000))
    except ValueError:
        pass
    try:
        return (date.fromisoformat(value) + timedelta(days=1000)).isoformat()
    except ValueError:
        return value


def _each_text(change: Callable[[str], str], document: Document) -> Document:
    if isinstance(document, dict):
        return {name: _each_text(change, member) for name, member in document.items()}
    if isinstance(document, list):
        return [_each_text(change, entry) for entry in document]
    return change(document) if isinstance(document, str) else document


def _renew(document: Document) -> Document:
    return _each_text(_anew, document)


def _renew_records(document: Document) -> Document:
    """Other records of the same variants: a variant's name is part of what is found of it."""
    if isinstance(document, dict):
        return {
            name: member if name in DISCRIMINATORS and isinstance(member, str) else _renew_records(member)
            for name, member in document.items()
        }
    if isinstance(document, list):
        return [_renew_records(entry) for entry in document]
    return _renew(document)


def _shuffle(document: Document) -> Document:
    if isinstance(document, dict):
        return {name: _shuffle(document[name]) for name in reversed(document)}
    if isinstance(document, list):
        entries = [_shuffle(entry) for entry in document]
        random.Random(len(entries)).shuffle(entries)
        return entries
    return document


def _picked(documents: Sequence[Document], picks: Sequence[int]) -> list[Document]:
    return [documents[pick % len(documents)] for pick in picks]


@LAW
@pytest.mark.parametrize("change", [lambda document: document, _renew, _shuffle])
@given(documents=SOME, picks=PICKS)
@example(documents=[{"12345678901234567": 1}, {"abcdef12345678901": 1}], picks=[0])
@example(documents=[[{"type": "a", "n": 1}, {"type": "b"}], []], picks=[0, 1])
def test_what_a_mock_says_itself_is_faithful(change: Change, documents: list[Document], picks: list[int]) -> None:
    """Answers that the mock shows are no drift, nor with other identifiers and days, nor in another order."""
    claim = a_claim(*map(promise, documents))
    samples = [delivery(change(document)) for document in _picked(documents, picks)]
    assert found(claim, *samples) == ()


@LAW
@given(documents=SOME, picks=PICKS)
def test_spelling_is_no_difference(documents: list[Document], picks: list[int]) -> None:
    """White space, the order of names and escapes are no part of a document."""
    claim = a_claim(*map(promise, documents))
    texts = [json.dumps(d, indent=3, sort_keys=True, ensure_ascii=False) for d in _picked(documents, picks)]
    samples = [Observation(200, JSON, f"\n{text} ".encode("utf-8", "surrogatepass")) for text in texts]
    assume(all(_is_unicode(text) for text in texts))
    assert found(claim, *samples) == ()


def _is_unicode(text: str) -> bool:
    """Whether a text has no lone surrogates, which cannot be written as UTF-8."""
    return not any(0xD800 <= ord(character) < 0xE000 for character in text)


@LAW
@given(variants=st.lists(VARIANTS, min_size=1, max_size=3), picks=PICKS)
@example(
    variants=[Expectation(200, JSON, b"[1]"), Expectation(200, (("Content-Type", "text/html"),), b"<p>")], picks=[1]
)
@example(variants=[Expectation(200, (), b"{}"), Expectation(200, (), b"OK")], picks=[1])
def test_a_service_that_does_as_it_is_mocked_has_not_drifted(variants: list[Expectation], picks: list[int]) -> None:
    """Whatever it answers, whoever asks, however long it takes: only a mock that is itself broken is told, as a gap."""
    samples = [
        replace(echo(variants[pick % len(variants)]), identity="abc"[pick % 3], elapsed_ms=100.0 * pick)
        for pick in picks
    ]
    alarms = {finding.kind for finding in found(a_claim(*variants), *samples) if finding.is_alarm}
    assert alarms <= {"body-unparseable"}
    if alarms:
        assert any(not _is_document(variant.body) for variant in variants)


def _is_document(body: bytes | None) -> bool:
    try:
        json.loads(body or b"0", parse_constant=int)
    except ValueError:
        return False
    return True


@LAW
@given(must=RECORDS, may=RECORDS, keeps=st.lists(st.integers(0, 63), min_size=1, max_size=5))
def test_what_a_sibling_item_shows_as_optional_may_be_absent(must: Record, may: Record, keeps: list[int]) -> None:
    """Real answers that lack what one of the mock's own items lacks are faithful."""
    optional = {name: member for name, member in may.items() if name not in must}
    mocked = [{**must, **optional}, must]
    names = sorted(optional)
    real = [{**must, **{n: optional[n] for bit, n in enumerate(names) if keep >> bit & 1}} for keep in keeps]
    assert found(a_claim(promise(mocked)), delivery(real)) == ()


def _facts(claimed: Sequence[Document], delivered: Sequence[Document]) -> set[tuple[Aspect, str]]:
    claim = a_claim(*map(promise, claimed))
    comparison = compare(claim, tuple(map(delivery, delivered)), HERE)
    return {(difference.aspect, difference.path) for difference in comparison.differences}


_MIRRORED: Final = {Aspect.GONE: Aspect.APPEARED, Aspect.APPEARED: Aspect.GONE, Aspect.TYPE: Aspect.TYPE}


@LAW
@given(one=PLAIN_RECORDS, other=PLAIN_RECORDS)
def test_swapping_sides_swaps_the_direction(one: Record, other: Record) -> None:
    """What is missing one way is added the other way; another type is another type both ways."""

    def without_nulls(record: Document) -> Document:
        if isinstance(record, dict):
            return {name: without_nulls(member) for name, member in record.items() if member is not None}
        return [without_nulls(entry) for entry in record] if isinstance(record, list) else record

    left, right = without_nulls(one), without_nulls(other)
    there = {(_MIRRORED[aspect], path) for aspect, path in _facts([left], [right]) if aspect in _MIRRORED}
    back = {(aspect, path) for aspect, path in _facts([right], [left]) if aspect in _MIRRORED}
    assert there == back


_FAMILY: Final = {
    Aspect.GONE: "presence", Aspect.PARTLY_GONE: "presence", Aspect.TYPE: "type", Aspect.TYPE_BESIDE: "type",
    Aspect.NULL: "null", Aspect.FRACTION: "fraction", Aspect.FORMAT: "format",
}  # fmt: skip


@LAW
@given(claimed=RECORDS, seen=st.lists(RECORDS, min_size=1, max_size=3), more=st.lists(RECORDS, min_size=1, max_size=3))
def test_one_counterexample_refutes_for_good(claimed: Record, seen: list[Record], more: list[Record]) -> None:
    """Further samples may change how often a fact was seen, never that it was."""
    before = {(_FAMILY[aspect], path) for aspect, path in _facts([claimed], seen) if aspect in _FAMILY}
    after = {(_FAMILY[aspect], path) for aspect, path in _facts([claimed], [*seen, *more]) if aspect in _FAMILY}
    assert before <= after


def _names(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.fingerprint for finding in findings}


@LAW
@given(claimed=SOME, delivered=SOME)
@example(
    claimed=[[{"type": "a", "x": True}, {"type": "b", "x": True}]],
    delivered=[[{"type": "b", "x": "s"}, {"type": "a", "x": 1}]],
)
def test_a_finding_keeps_its_name(claimed: list[Document], delivered: list[Document]) -> None:
    """More of the same samples, in another order, about other records, are the same findings.

    Four of each, since fewer may be too few to tell two releases from members that come and go.
    """
    names = _names(found(a_claim(*map(promise, claimed)), *(4 * [delivery(document) for document in delivered])))
    again = [delivery(_shuffle(document)) for document in reversed(delivered)]
    assert _names(found(a_claim(*map(promise, claimed)), *(5 * again))) == names
    renewed = a_claim(*(promise(_renew_records(document)) for document in claimed))
    others = [delivery(_renew_records(document)) for document in delivered]
    assert _names(found(renewed, *(4 * others))) == names


@LAW
@given(
    variants=st.lists(VARIANTS, min_size=1, max_size=3),
    samples=st.lists(SAMPLES, max_size=4),
    is_conditional=st.booleans(),
    unknown=st.one_of(st.none(), SAMPLES),
)
def test_every_difference_is_named_once(
    variants: list[Expectation], samples: list[Observation], is_conditional: bool, unknown: Observation | None
) -> None:
    """Whatever comes back is judged without an error, no difference is left over, and no two findings are the same."""
    context = Context(is_conditional=is_conditional, unknown_route=unknown)
    comparison = compare(a_claim(*variants), tuple(samples), context)
    findings = weigh(comparison, LENIENT)
    assert list(comparison.open()) == []
    assert len(_names(findings)) == len(findings)
    for finding in findings:
        assert finding.claim
        assert finding.observed
        assert finding.hint


@LAW
@given(claimed=SOME, delivered=SOME)
def test_the_order_of_samples_is_no_difference(claimed: list[Document], delivered: list[Document]) -> None:
    """The same samples in another order yield the same kinds with the same weight."""
    claim = a_claim(*map(promise, claimed))
    samples = 2 * [delivery(document) for document in delivered]

    def told(findings: tuple[Finding, ...]) -> set[tuple[str, str, str, str]]:
        return {(f.kind, f.severity.value, f.path, f.detail) for f in findings}

    assert told(found(claim, *samples)) == told(found(claim, *reversed(samples)))


def _nested(levels: int, step: Callable[[Document], Document], leaf: Document) -> Document:
    document = leaf
    for _ in range(levels):
        document = step(document)
    return document


STEPS: Final[dict[str, tuple[int, Change]]] = {
    "lists": (1, lambda inner: [inner]),
    "records": (1, lambda inner: {"a": inner, "b": 1}),
    "maps": (1, lambda inner: {"7": inner}),
    "variants": (2, lambda inner: [{"type": "x", "next": inner}, {"type": "y", "n": 1}]),
    "nameless": (2, lambda inner: {"": [inner, None]}),
}
"""What a level of a deep document may be made of, and how many containers that is."""


@pytest.mark.parametrize(("containers", "step"), STEPS.values(), ids=STEPS)
def test_deep_documents_are_compared_to_their_end(containers: int, step: Change) -> None:
    """As deep as a document may be, a changed value is still found, and nothing overflows or takes for ever."""
    levels = (DEPTH_LIMIT - 1) // containers
    claim = a_claim(promise(_nested(levels, step, {"leaf": 1, "twin": 2})))
    (finding,) = found(claim, delivery(_nested(levels, step, {"leaf": "x", "twin": 2})))
    assert finding.kind == "type-changed"
    assert finding.path.endswith("/leaf")


@pytest.mark.parametrize(("containers", "step"), STEPS.values(), ids=STEPS)
def test_documents_beyond_all_depth_are_told_as_such(containers: int, step: Change) -> None:
    """A mock that is too deep is a gap, an answer that is too deep is none that a reader takes."""
    deep, flat = _nested(DEPTH_LIMIT // containers + 1, step, {"leaf": 1}), {"leaf": 1}
    assert kinds(found(a_claim(promise(deep)), delivery(deep))) == [("unverifiable", "")]
    assert kinds(found(a_claim(promise(flat)), delivery(deep))) == [("body-unparseable", "")]
