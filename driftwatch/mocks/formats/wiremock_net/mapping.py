"""One mapping: both halves, its identity, and what decides between it and its neighbours.

Facts: ``MappingMatcher`` and ``RequestMatchResult`` of wiremock/WireMock.Net @ 525f41f. Of the mappings that match, the
one with the lowest priority number answers (0 if none is given), then the one with the most conditions, then the
likeliest (one without a probability last), then the one that was read last. Files are read in the order of their names.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from pathlib import PurePosixPath
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.contest import Answers, Stub
from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.asking.question import Question
from driftwatch.mocks.asking.truth import Truth
from driftwatch.mocks.formats.wiremock_net.answer import read_answer
from driftwatch.mocks.formats.wiremock_net.model import Model
from driftwatch.mocks.formats.wiremock_net.request import read_request
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_number, as_object

NAME: Final = "wiremock-net"
_GUID: Final = re.compile(r"\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?")
_RECORDED: Final = "Proxy Mapping for "
"""How the title of a mapping begins that the proxy saved (``ProxyMappingConverter``)."""
_UNLIKELIEST: Final = -1.0


class Mapping(Stub, frozen=True):
    """A mapping, before it is known which of its neighbours answers instead."""

    is_chance: bool = False
    """It answers only with a probability."""
    is_recorded: bool = False
    rank: tuple[float, int, float] = (0, 0, _UNLIKELIEST)
    """Its place among the mappings that match, but for the time when it was read."""

    def takes(self, asked: Asked) -> Truth:
        """Whether it would answer; nobody knows of one that answers by chance."""
        truth = super().takes(asked)
        return None if truth and self.is_chance else truth

    def candidates(self, variables: ReadOnly[str, str]) -> Iterator[Candidate]:
        """Its requests, the likeliest first."""
        for candidate in super().candidates(variables):
            yield replace(candidate, is_recorded=True) if self.is_recorded else candidate

    def renamed(self, mock_id: str) -> "Mapping":
        """The same mapping under another id, where one file uses an id twice."""
        return replace(self, mock_id=mock_id)


def read_mapping(value: object, document: Document, server: str, *steps: Step) -> Mapping:
    """One mapping from its JSON. Raises ``Refusal`` with the place inside it."""
    model = Model(as_object(value, *steps), document, steps)
    for half in ("Request", "Response"):
        if model.get(half) is None:
            raise Refusal(f"a mapping needs a `{half}`", steps=steps)
    asks = read_request(model.model("Request"))
    methods = asks.question.methods
    answers = read_answer(model.model("Response"), methods[0] if len(methods) == 1 else "")
    scenario, state = model.text("Scenario"), model.text("WhenStateIs")
    chance = _chance(model)
    return Mapping(
        mock_id=_identity(model, document, is_alone=not steps),
        origin=document.origin(*steps),
        questions=(asks.question,),
        answers=_in_state(answers, state) if scenario else answers,
        order=0,
        name=model.text("Title"),
        scenario=f"{server}/{scenario}".lstrip("/") if scenario else "",
        state=state if scenario else "",
        notes=tuple(_notes(model, chance)),
        is_chance=chance is not None and chance < 1,
        is_recorded=model.text("Title").startswith(_RECORDED),
        rank=(model.whole("Priority") or 0, -asks.conditions - bool(scenario), -_likeliness(chance)),
    )


def _chance(model: Model) -> float | None:
    value = model.get("Probability")
    return None if value is None else as_number(value, *model.at("Probability"))


def _likeliness(chance: float | None) -> float:
    return _UNLIKELIEST if chance is None else chance


def _in_state(answers: Answers, state: str) -> Answers:
    if not state:
        return answers
    note = f"in the scenario state `{state[:80]}`"
    return replace(answers, variants=tuple(replace(variant, note=note) for variant in answers.variants))


def _notes(model: Model, chance: float | None) -> Iterator[str]:
    if chance is not None and chance < 1:
        yield f"answers with a probability of {chance:g}"
    if model.get("TimeSettings") is not None:
        yield "answers at certain times only"
    if model.get("Webhook") is not None or model.get("Webhooks"):
        yield "also makes a call of its own"


def _identity(model: Model, document: Document, *, is_alone: bool) -> str:
    """The Guid: for a mapping that is a file of its own the one in the file's name, else the one it has."""
    stem = PurePosixPath(document.file).stem
    if is_alone and _GUID.fullmatch(stem):
        return stem.strip("{}").lower()
    guid = model.text("Guid").strip("{}").lower()
    if guid.strip("0-"):
        return guid
    # made of what it matches, never of what it answers: mending an answer keeps it
    return identity([model.get("Request"), model.get("Scenario"), model.get("WhenStateIs")])


def ordered(mappings: list[Mapping]) -> list[Mapping]:
    """The mappings, in the order in which they were read, each with its place among those that match.

    Those that ask the same and differ by chance are alternatives.
    """
    places = sorted(range(len(mappings)), key=lambda index: (mappings[index].rank, -index))
    order = {index: place for place, index in enumerate(places)}
    chances = {mapping.questions: mapping.mock_id for mapping in reversed(mappings) if mapping.is_chance}
    return [
        replace(mapping, order=order[index], scenario=mapping.scenario or _alternatives(mapping, chances))
        for index, mapping in enumerate(mappings)
    ]


def _alternatives(mapping: Mapping, chances: ReadOnly[tuple[Question, ...], str]) -> str:
    first = chances.get(mapping.questions)
    return f"chance {first}" if first is not None else ""
