"""What predicates want of one value, and values that would do."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.script_values import as_script_text
from driftwatch.mocks.asking import patterns
from driftwatch.mocks.formats.mountebank.predicate import Predicate
from driftwatch.mocks.refusal import Refusal

_RANK: Final = ("equals", "deepEquals", "matches", "startsWith", "contains", "endsWith", "exists")
INVENTED: Final = "x"
"""A value where any will do."""


class Wish(Struct, frozen=True):
    """One predicate's operand for one value."""

    predicate: Predicate
    operand: object

    @property
    def rank(self) -> int:
        """The most literal first."""
        return _RANK.index(self.predicate.operator)

    @property
    def text(self) -> str:
        """The operand of a single value."""
        return as_script_text(self.operand)

    @property
    def is_literal(self) -> bool:
        """Whether the operand is the only value that will do."""
        return self.predicate.operator in ("equals", "deepEquals") and self.predicate.is_literal

    @property
    def is_silent(self) -> bool:
        """Whether leaving the value out satisfies it."""
        return self.predicate.operator == "exists" and not isinstance(self.operand, dict) and not self.operand

    @property
    def is_inside_json(self) -> bool:
        """Whether it looks into a JSON document."""
        return isinstance(self.operand, dict | list) or self.predicate.selector is not None

    def members(self) -> Iterable[tuple[str, object]]:
        """The operand's members, if it has any."""
        return self.operand.items() if isinstance(self.operand, dict) else ()


def choices(wishes: list[Wish], *, in_path: bool = False, hints: tuple[str, ...] = ()) -> Iterator[tuple[str, bool]]:
    """Texts that should satisfy all wishes, and whether no other would; the caller checks each.

    ``wishes`` come with the most literal first. Raises ``Refusal`` if nearly every text would do, or none is known.
    """
    first = wishes[0]
    match first.predicate.operator:
        case "equals" | "deepEquals":
            yield first.text, first.is_literal
        case "matches":
            yield from _matching(wishes, in_path=in_path, hints=hints)
        case "exists":
            yield INVENTED, False
        case _:
            text = _joined(wishes)
            if in_path and not any(character.isalnum() for character in text):
                raise Refusal(f"the stub answers nearly every path: {first.predicate.operator} `{first.text[:80]}`")
            yield text, False


def _matching(wishes: list[Wish], *, in_path: bool, hints: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    first = wishes[0]
    parsed = patterns.parse(first.text)
    if in_path and parsed.is_catch_all:
        raise Refusal(f"the pattern `{first.text[:80]}` answers nearly every path")
    is_whole = first.text.startswith("^") and first.text.endswith("$") and first.predicate.is_literal
    for text in parsed.candidates(in_path=in_path, hints=hints):
        yield text, is_whole and parsed.literal is not None
    if len(wishes) > 1:
        yield _joined(wishes), False


def _joined(wishes: list[Wish]) -> str:
    """The operands in the order in which they can all hold: beginning, middle, end; each only where it is missing."""
    text = ""
    for wish in sorted(wishes, key=lambda wish: wish.rank):
        part = wish.text
        match wish.predicate.operator:
            case "startsWith":
                text = text or part
            case "contains" if part.lower() not in text.lower():
                text += part.removeprefix("/") if text.endswith("/") else part
            case "endsWith" if not text.lower().endswith(part.lower()):
                text += part.removeprefix("/") if text.endswith("/") else part
            case _:
                pass
    return text


def document(wishes: list[Wish]) -> object:
    """A JSON document with as little in it as satisfies all wishes. Raises ``Refusal`` if none is known."""
    built: object = None
    for wish in wishes:
        if wish.predicate.selector is not None and wish.predicate.selector.kind != "jsonpath":
            raise Refusal("an XPath picks what is compared, and no body is known for it")
        if wish.predicate.selector is not None:
            built = wish.predicate.selector.json_path().build(built, _leaf(wish.predicate, wish.operand))
        else:
            built = _merged(built, _leaf(wish.predicate, wish.operand))
    return built


def _leaf(predicate: Predicate, operand: object) -> object:
    match operand:
        case dict():
            members = {name: _leaf(predicate, value) for name, value in operand.items()}
            return {name: value for name, value in members.items() if value is not None or operand[name] is None}
        case list():
            return [_leaf(predicate, item) for item in operand]
        case _ if predicate.operator == "matches":
            return next(patterns.parse(as_script_text(operand)).candidates(), as_script_text(operand))
        case _ if predicate.operator == "exists":
            return INVENTED if operand else None
        case _:
            return operand


def _merged(one: object, other: object) -> object:
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{name: _merged(one.get(name), value) for name, value in other.items()}}
    return other
