"""Where the rules and generators of a request or an answer stand: in a flat list, or by the part they speak of."""

from collections.abc import Iterator
from typing import Final, Generic, TypeVar

from msgspec import Struct, field

from driftwatch.mocks.formats.pact.half import Half
from driftwatch.mocks.formats.pact.paths import PactPath, Wildcard, parse_path
from driftwatch.mocks.formats.pact.rules import RuleSet, parse_rule_set
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.fields import Object, as_object

T = TypeVar("T")

_SPELLINGS: Final = {"headers": "header", "content": "body", "contents": "body"}
_SECTIONS: Final = frozenset({"body", "header", "query", "path", "status", "method"})
BODY_SECTIONS: Final = ("body", "content", "contents")
"""The names that the section of a body has."""
RULE_KEYS: Final = ("matchingRules", "responseMatchingRules", "requestMatchingRules")
"""The last two are older than version 2."""


class Sections(Struct, Generic[T]):
    """One half's rules, or its generators, by the part they speak of."""

    body: list[tuple[PactPath, T]] = field(default_factory=list)
    named: dict[str, dict[str, T]] = field(default_factory=dict)
    """``header`` (by lower-case name) and ``query``; ``path`` and ``status`` under the empty name."""
    unread: list[str] = field(default_factory=list)
    """Paths of the file that are none."""

    def of(self, section: str, name: str = "") -> T | None:
        """What is said of one header, of one query parameter, of the path or of the status."""
        return self.named.get(section, {}).get(name.lower() if section == "header" else name)


def read_rules(half: Half) -> Sections[RuleSet]:
    """The rules of a request or an answer. Raises ``Refusal`` if they are no object."""
    sections: Sections[RuleSet] = Sections()
    for key in RULE_KEYS:
        for section, name, value in _entries(as_object(half.fields.get(key), *half.steps, key)):
            _add(sections, section, name, parse_rule_set(value))
    return sections


def read_generators(half: Half) -> Sections[Object]:
    """The generators of a request or an answer. Raises ``Refusal`` if they are no object."""
    sections: Sections[Object] = Sections()
    for section, name, value in _entries(as_object(half.fields.get("generators"), *half.steps, "generators")):
        if isinstance(value, dict):
            _add(sections, section, name, value)
    return sections


def _entries(fields: Object) -> Iterator[tuple[str, str, object]]:
    """Section, path or name in it, and what stands there; flat and sorted spellings may stand side by side."""
    for key, value in fields.items():
        section = _SPELLINGS.get(key, key)
        if key.startswith("$"):
            yield "", key, value
        elif section not in _SECTIONS or not isinstance(value, dict):
            continue
        elif "matchers" in value or "match" in value or isinstance(value.get("type"), str):
            yield section, "", value
        else:
            for name, inner in value.items():
                yield section, name, inner


def _add(sections: Sections[T], section: str, source: str, said: T) -> None:
    try:
        path = parse_path(source)
    except Refusal:
        sections.unread.append(source[:80])
        return
    if not section and path and isinstance(path[0], str):
        section, path = _SPELLINGS.get(path[0], path[0]), path[1:]
    if section == "body":
        sections.body.append((path, said))
    elif section in ("header", "query"):
        name = _name(source) if not source.startswith("$") else _first(path)
        sections.named.setdefault(section, {})[name.lower() if section == "header" else name] = said
    elif section in _SECTIONS:
        sections.named.setdefault(section, {})[""] = said
    else:
        sections.unread.append(source[:80])


def _first(path: PactPath) -> str:
    return next((step for step in path if not isinstance(step, Wildcard)), "")


def _name(source: str) -> str:
    """A name that stands for itself, without the position of one of its values (``q[0]``)."""
    name, bracket, rest = source.partition("[")
    return name if bracket and rest.rstrip("]").strip("*0123456789") == "" else source
