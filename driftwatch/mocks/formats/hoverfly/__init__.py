"""Hoverfly simulations, schema versions v1 to v5.3: one JSON file with pairs of request matchers and responses.

Facts from Hoverfly 1.12.8 and SpectoLabs/hoverfly @ de2c1ffe (``simulation_views*.go``, ``matching``, ``payload.go``,
``import.go``, ``state.go``, ``templating.go``), and from 159 pairs in 97 public files. Each file is a simulation of its
own: which of several a test loads is said in the test.
"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.hoverfly.answer import Shared, read_answer, read_shared
from driftwatch.mocks.formats.hoverfly.lookalikes import lookalike
from driftwatch.mocks.formats.hoverfly.serving import NAME, Pair, Simulation
from driftwatch.mocks.formats.hoverfly.versions import major, member, read_wanted, spelled
from driftwatch.mocks.formats.hoverfly.wanted import literal
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.interaction import Ignored, Unreadable

__all__ = ["NAME", "read", "recognises"]

_PAIRS: Final = re.compile(r'(?<!\\)"pairs"\s*:\s*\[')
_MARKS: Final = re.compile(
    r'(?<!\\)"(?:schemaVersion|hoverflyVersion|encodedBody|globalActions|matcher|exactMatch)"\s*:'
)
"""Names that stand beside pairs in simulations only, for files too broken to be parsed."""


def recognises(document: Document) -> bool:
    """A simulation, or another file of Hoverfly's; a broken simulation by its marks."""
    if document.syntax is not Syntax.JSON:
        return False
    if document.problem is not None:
        return _PAIRS.search(document.text) is not None and _MARKS.search(document.text) is not None
    return _is_simulation(document.value) or bool(lookalike(document.value))


def _is_simulation(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    data, meta = member(value, "data"), member(value, "meta")
    if not isinstance(data, dict) or not isinstance(meta, dict):
        return False
    return isinstance(member(data, "pairs"), list) and isinstance(member(meta, "schemaVersion"), str)


def read(document: Document) -> Iterator[Reading]:
    """The pairs of a simulation in their order."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    if reason := lookalike(document.value):
        yield Ignored(document.file, reason)
        return
    try:
        yield from _read(as_object(document.value), document)
    except Refusal as refusal:
        yield document.unreadable(NAME, refusal)


def _read(value: Object, document: Document) -> Iterator[Reading]:
    data, meta = as_object(member(value, "data")), as_object(member(value, "meta"))
    version = major(as_text(member(meta, "schemaVersion")))
    shared = read_shared(data)
    place = (spelled(value, "data"), spelled(data, "pairs"))
    listed = as_list(member(data, "pairs"))
    if not listed:
        yield Ignored(document.file, "a Hoverfly simulation without a pair")
        return
    pairs: list[Pair] = []
    refused: dict[int, Unreadable] = {}
    for position, shown in enumerate(listed):
        steps = (*place, position)
        try:
            pairs.append(_read_pair(shown, version, shared, document, position, *steps))
        except Refusal as refusal:
            refused[position] = document.unreadable(NAME, refusal.below(steps), *steps)
    exported = member(meta, "timeExported")
    simulation = Simulation(pairs, shared, document, exported if isinstance(exported, str) else "")
    served = simulation.interactions()
    for position in range(len(listed)):
        yield refused[position] if position in refused else next(served)


def _read_pair(value: object, version: int, shared: Shared, document: Document, position: int, *steps: Step) -> Pair:
    fields = as_object(value, *steps)
    for half in ("request", "response"):
        if not isinstance(member(fields, half), dict):
            raise Refusal(f"a pair needs a `{half}`", steps=steps)
    wanted = read_wanted(member(fields, "request"), version, *steps, "request")
    method = literal(wanted.method) or ""
    labels = member(fields, "labels")
    return Pair(
        document.origin(*steps),
        ", ".join(label for label in labels if isinstance(label, str)) if isinstance(labels, list) else "",
        wanted,
        read_answer(member(fields, "response"), document, method, shared, *steps, "response"),
        (wanted.score, position),
        wanted.effort,
        (literal(wanted.method), literal(wanted.body)),
        identity(member(fields, "request")),
    )
