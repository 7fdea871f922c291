"""One interaction of a contract: both halves, what it presupposes, and whether it is about HTTP at all."""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from driftwatch.mocks.formats.pact.answer import read_answers
from driftwatch.mocks.formats.pact.half import Half, half
from driftwatch.mocks.formats.pact.request import read_request
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.interaction import Interaction

NAME: Final = "pact"
_HTTP: Final = "synchronous/http"
_OVERLOADED: Final = 429


class Contract(Struct, frozen=True):
    """What all interactions of a file have in common."""

    consumer: str
    provider: str
    created_at: str = ""
    """When a broker took it in, if it comes from one."""


class _State(Struct, frozen=True):
    """What must be true at the provider for the interaction to make sense."""

    name: str
    parameters: Mapping[str, str]


def is_message(value: object) -> bool:
    """Whether an interaction is one of messages (version 4), which nobody asks for over HTTP."""
    kind = value.get("type") if isinstance(value, dict) else None
    return isinstance(kind, str) and kind.replace("_", "/").lower() != _HTTP


def read_interaction(value: object, contract: Contract, document: Document, *steps: Step) -> Interaction:
    """One HTTP interaction from its JSON. Raises ``Refusal`` with the place inside it."""
    fields = as_object(value, *steps)
    asked, answered = half(fields, "request", document, *steps), half(fields, "response", document, *steps)
    states = _states(fields, *steps)
    known = {name: text for state in states for name, text in state.parameters.items()}
    needed = " and ".join(f"`{state.name}`" for state in states)
    variants, answer_notes = read_answers(answered, f"in the provider state {needed}" if needed else "")
    request, request_notes = read_request(asked, known, variants[0].headers)
    mock_id = as_text(fields.get("key") or fields.get("_id"), *steps, "key") or _digest(fields, asked, states, contract)
    moment, source = recorded_at(contract.created_at, (), document.options.now)
    is_fault = variants[0].status >= 500 or variants[0].status == _OVERLOADED
    return Interaction(
        mock_id=mock_id,
        format=NAME,
        origin=document.origin(*steps),
        request=request,
        variants=variants,
        # the same question under other provider states is one claim; an injected failure is none
        group=f"{mock_id} {document.file}" if is_fault else document.file,
        name=as_text(fields.get("description"), *steps, "description"),
        consumer=contract.consumer,
        recorded_at=moment,
        recorded_from=source,
        incomparable=_incomparable(fields, *steps),
        notes=(*_notes(fields, contract, states), *request_notes, *answer_notes),
    )


def _states(fields: Object, *steps: Step) -> tuple[_State, ...]:
    """Provider states: one text up to version 2, several with parameters from version 3 on."""
    shown = fields.get("providerStates", fields.get("providerState", fields.get("provider_state")))
    if isinstance(shown, str):
        return (_State(shown, {}),) if shown else ()
    found = []
    for index, state in enumerate(as_list(shown, *steps, "providerStates")):
        if isinstance(state, str):
            found.append(_State(state, {}))
            continue
        at = (*steps, "providerStates", index)
        parts = as_object(state, *at)
        parameters = parts.get("params")
        named = parameters.items() if isinstance(parameters, dict) else ()
        texts = {name: as_text(one) for name, one in named if isinstance(one, str | int | float)}
        found.append(_State(as_text(parts.get("name"), *at, "name"), texts))
    return tuple(found)


def _incomparable(fields: Object, *steps: Step) -> str:
    plugins = fields.get("pluginConfiguration")
    if plugins:
        names = ", ".join(map(str, plugins)) if isinstance(plugins, dict) else "a plugin"
        return f"its content is made and judged by a plugin of Pact's ({names[:80]})"
    transport = as_text(fields.get("transport"), *steps, "transport").lower()
    return f"is sent over {transport[:40]}, not over HTTP" if transport not in ("", "http", "https") else ""


def _notes(fields: Object, contract: Contract, states: tuple[_State, ...]) -> list[str]:
    notes = [f"a contract with the provider {contract.provider}"] if contract.provider else []
    if fields.get("pending") is True:
        notes.append("pending: the provider is not yet expected to fulfil it")
    notes += [
        f"the provider state `{state.name}` has parameters that staging may lack: {', '.join(state.parameters)}"
        for state in states
        if state.parameters
    ]
    return notes


def _digest(fields: Object, asked: Half, states: tuple[_State, ...], contract: Contract) -> str:
    """A stable name made of what identifies an interaction for Pact and of its request, never of its answer."""
    presupposed = [[state.name, dict(state.parameters)] for state in states]
    request = {**asked.fields, "method": asked.text("method").upper()}
    identity = [contract.consumer, contract.provider, fields.get("description"), presupposed, request]
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:12]
