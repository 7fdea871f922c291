"""What ``{{name}}`` stands for: the config, environments, folders and the collection, globals, in this order.

Postman's own substitution (postman-collection 5.3.1, ``superstring``) replaces the innermost ``{{…}}`` again and again,
nineteen times at most, and leaves alone what has no value.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.candidates import weaker
from driftwatch.mocks.asking.headers import is_credential
from driftwatch.mocks.asking.requests import is_secret
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import Grade

TOKEN: Final = re.compile(r"\{\{([^{}]*)\}\}")
_ROUNDS: Final = 19
_GROWTH: Final = 16 * 1024 * 1024
"""Characters that the variables of one collection may add: a few of them can stand for billions."""
_UUID: Final = "7d5c3a6e-0b1f-4c2d-9e8f-6a5b4c3d2e1f"
_GENERATED: Final = {
    "$guid": _UUID, "$randomUUID": _UUID, "$timestamp": "1735689600", "$isoTimestamp": "2025-01-01T00:00:00.000Z",
    "$randomInt": "42", "$randomBoolean": "true", "$randomAlphaNumeric": "a", "$randomEmail": "someone@example.com",
    "$randomExampleEmail": "someone@example.com", "$randomUserName": "someone", "$randomFirstName": "Ada",
    "$randomLastName": "Lovelace", "$randomFullName": "Ada Lovelace", "$randomWord": "word", "$randomLoremWord": "word",
    "$randomWords": "some words", "$randomUrl": "https://example.com", "$randomIP": "192.0.2.1",
    "$randomPrice": "10.00", "$randomCity": "London", "$randomCountry": "France", "$randomCountryCode": "FR",
    "$randomColor": "red",
}  # fmt: skip
"""One of the values that Postman makes up (postman-collection 5.3.1, ``dynamic-variables``)."""


class Layer(Struct, frozen=True):
    """The variables of one place."""

    name: str
    """The place in words."""
    values: Mapping[str, str]
    refused: Mapping[str, str] = field(default_factory=dict)
    """Variables that have a value here which is not used, and why."""
    grade: Grade = Grade.EXACT
    """The best grade of a request with such a value in it."""
    hosts: frozenset[str] = frozenset()
    """Refused variables that cannot hold a path: where a host stands, their values do not matter."""


class Allowance(Struct):
    """What filling may still add to the texts of one collection."""

    characters: int = _GROWTH

    def spend(self, count: int) -> None:
        """Take from it. Raises ``Refusal`` when it is used up."""
        self.characters -= count
        if self.characters < 0:
            raise Refusal(f"the variables of the collection stand for more than {_GROWTH:,} characters")


class Filled(Struct, frozen=True):
    """A text after filling."""

    text: str
    grade: Grade = Grade.EXACT
    sources: tuple[str, ...] = ()
    """Where values came from, in words, other than from the collection itself."""
    missing: tuple[str, ...] = ()
    """The variables that nobody gives a value for."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Variables whose values were not used, and why."""


class Variables(Struct, frozen=True):
    """All variables that a request sees."""

    config: Mapping[str, str]
    layers: tuple[Layer, ...]
    """The nearest first."""
    allowance: Allowance = field(default_factory=Allowance)

    def fill(self, text: str) -> Filled:
        """Put in every value that is known. Raises ``Refusal`` if the text grows beyond all measure."""
        if "{{" not in text:
            return Filled(text)
        used: dict[str, Grade] = {}
        for _ in range(_ROUNDS):
            filled = TOKEN.sub(lambda token: self._replacement(token, used), text)
            if filled == text:
                break
            text = filled
        names = dict.fromkeys(token.group(1).strip() for token in TOKEN.finditer(text))
        refused = {name: reason for name in names if (reason := self._refusal(name))}
        return Filled(
            text,
            weaker(*used.values()),
            tuple(source for source, grade in used.items() if grade is not Grade.EXACT),
            tuple(name for name in names if name not in refused),
            refused,
        )

    def _replacement(self, token: re.Match[str], used: dict[str, Grade]) -> str:
        name = token.group(1)
        for one in (name, name.strip()):
            found = self._find(one)
            if found is not None:
                value, source, grade = found
                used[source] = grade
                self.allowance.spend(len(value))
                return value
        return token.group()

    def _find(self, name: str) -> tuple[str, str, Grade] | None:
        """A value, its source and the best grade with it."""
        if name in self.config:
            return self.config[name], "the config", Grade.CHOSEN
        for layer in self.layers:
            if name in layer.refused:
                return None
            if name in layer.values:
                return layer.values[name], layer.name, layer.grade
        if name in _GENERATED:
            return _GENERATED[name], f"what Postman makes up for `{{{{{name}}}}}`", Grade.CHOSEN
        return None

    def _refusal(self, name: str) -> str:
        return next((layer.refused[name] for layer in self.layers if name in layer.refused), "")

    def may_be_host(self, name: str) -> bool:
        """Whether a refused variable cannot hold a path."""
        return any(name in layer.hosts for layer in self.layers)


def layer_of(name: str, values: Mapping[str, str], secrets: Sequence[str] = (), grade: Grade = Grade.EXACT) -> Layer:
    """A place's variables without its secrets: those marked as such, and those that are by their names."""
    refused = {
        one: f"`{{{{{one}}}}}` is a secret of {name} and never sent; give it a value in `variables`"
        for one in (*secrets, *(known for known in values if is_secret(known, "") or is_credential(known)))
    }
    kept = {known: value for known, value in values.items() if known not in refused and value}
    return Layer(name, kept, refused, grade)
