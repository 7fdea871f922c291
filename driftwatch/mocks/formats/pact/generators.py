"""Generators of a request: the example's value is a stand-in for one that the verification makes, or is told.

``ProviderState`` names values that the provider's test code supplies; here the config supplies them. The others
(``Uuid``, ``RandomInt``, ``Date`` …) make something new that is as good as the example.
"""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Final

from msgspec import Struct

from driftwatch.mocks.formats.pact.body import Body, BodyKind
from driftwatch.mocks.formats.pact.paths import PactPath, Wildcard
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import Object

_NAME: Final = re.compile(r"\$\{\s*([^{}]+?)\s*\}")


class Outcome(Struct, frozen=True):
    """What became of a generated value."""

    value: str
    missing: tuple[str, ...] = ()
    """Names that the config has no value for."""
    is_example: bool = True
    """The value is one of many the contract allows."""
    template: str = ""
    """With its names in braces, if it has names."""


def fill(generator: Object, example: str, variables: Mapping[str, str], known: Mapping[str, str]) -> Outcome:
    """The value to send. ``known`` are the provider state's own parameters, by which the example was made."""
    match generator.get("type"):
        case "ProviderState":
            return _from_state(str(generator.get("expression", "")), example, variables, known)
        case "MockServerURL":
            return Outcome(example, ("the provider's own URL",))
        case _:
            return Outcome(example)


def _from_state(expression: str, example: str, variables: Mapping[str, str], known: Mapping[str, str]) -> Outcome:
    text = expression if _NAME.search(expression) or not expression else f"${{{expression}}}"
    names = tuple(dict.fromkeys(_NAME.findall(text)))
    template = _NAME.sub(lambda match: f"{{{match.group(1)}}}", text)
    if names and all(name in variables for name in names):
        value = _NAME.sub(lambda match: variables[match.group(1)], text)
        return Outcome(value, is_example=False, template=template)
    missing = tuple(name for name in names if name not in variables and name not in known)
    return Outcome(example, missing, template=template)


def fill_body(
    body: Body, generators: Iterable[tuple[PactPath, Object]], variables: Mapping[str, str], known: Mapping[str, str]
) -> tuple[bytes | None, list[tuple[str, Outcome]]]:
    """The body with what the config knows in its place, and what became of each generated value."""
    outcomes: list[tuple[str, Outcome]] = []
    document = deepcopy(body.value) if body.kind is BodyKind.JSON else None
    has_changed = False
    for path, generator in generators:
        example = _look(document, path)
        outcome = fill(generator, example if isinstance(example, str) else json_text.encode(example), variables, known)
        outcomes.append((_spell(path), outcome))
        if not outcome.is_example and not outcome.missing:
            has_changed |= _put(document, path, _typed(outcome.value, example))
    return (json_text.encode(document).encode("utf-8", "surrogatepass") if has_changed else body.content), outcomes


def _look(document: object, path: PactPath) -> object:
    here = document
    for step in path:
        if isinstance(step, Wildcard):
            return None
        if isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list) and step.isdecimal() and int(step) < len(here):
            here = here[int(step)]
        else:
            return None
    return here


def _put(document: object, path: PactPath, value: object) -> bool:
    """Write a value where a definite path leads; tells whether there was such a place."""
    holder, last = _look(document, path[:-1]), path[-1] if path else Wildcard.EVERY
    if isinstance(last, Wildcard):
        return False
    if isinstance(holder, dict) and last in holder:
        holder[last] = value
        return True
    if isinstance(holder, list) and last.isdecimal() and int(last) < len(holder):
        holder[int(last)] = value
        return True
    return False


def _typed(text: str, example: object) -> object:
    """A configured text as a number or truth value, where the example is one."""
    if isinstance(example, bool | int | float):
        try:
            return json_text.decode(text)
        except (ValueError, RecursionError):
            return text
    return text


def _spell(path: PactPath) -> str:
    return "$" + "".join(".*" if isinstance(step, Wildcard) else f".{step}" for step in path)
