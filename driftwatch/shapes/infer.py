"""Documents → ``Shape``: genson's builder, taught to count. The only file that knows genson.

genson finds a schema; drift needs to know how often, too. Each strategy below is one of genson's own with a tally in
it, and saves the tally in a schema under a keyword of its own, so that genson's way of merging schemas merges counts.

Two things make it cheaper than genson plain. A node finds its strategy by the value's type instead of asking each. And
values arrive in columns: all values that stand at one place in a batch of documents are counted together.

genson's ``NODE_CLASS``, ``_active_strategies``, ``_properties``, ``_pattern_properties``, ``_items`` and ``_required``
are no public API (genson 1.4): tests compare with plain genson on random documents, the dependency is pinned below 2.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any, ClassVar, Final, cast

from genson import SchemaBuilder
from genson.schema import strategies as plain
from genson.schema.node import SchemaNode
from genson.schema.strategies import SchemaStrategy

from driftwatch.model.shape import ITEM, JsonType, Member, Shape
from driftwatch.shapes.below import Below
from driftwatch.shapes.names import Layouts, Names, in_columns, layouts_of
from driftwatch.shapes.splits import SEEN, Schema, Splits
from driftwatch.shapes.tally import Amounts, Arrays, Booleans, Facts, Nulls, Tally
from driftwatch.shapes.texts import Texts

_EVERY_NAME: Final = ""
"""The pattern that every name matches: where a map's values are kept in genson's ``patternProperties``."""


def infer(documents: Iterable[object], *, literal: bool) -> Shape:
    """The shape of all documents together.

    ``literal`` is how numbers are told apart: as they were written (``7.0`` has a fraction; the mock's side) or by
    their value (``10.0`` is whole; the service's side). Raises ``ValueError`` for a document that is too deep
    (``shapes.depth``).
    """
    builder = Builder(literal=literal)
    builder.add_all(documents)
    return builder.shape()


class Builder:
    """A shape in the making, to which documents, and what other builders saw, can be added."""

    def __init__(self, *, literal: bool) -> None:
        self.literal = literal
        builder: type[_CountingBuilder] = _LiteralBuilder if literal else _ValueBuilder
        self._builder = builder(schema_uri=None)

    def add(self, document: object) -> None:
        """Count one document."""
        self.add_all([document])

    def add_all(self, documents: Iterable[object]) -> None:
        """Count many documents, cheaper than one by one. After an error the builder is of no more use."""
        batch = list(documents)
        if batch:
            with _enough_stack():
                self._builder.root().add_batch(batch)

    def merge(self, other: "Builder") -> None:
        """Add all that another builder has counted by the same reading of numbers."""
        if other.literal is not self.literal:
            raise ValueError("numbers by literal and by value cannot be counted together")
        self._merge(other.to_schema())

    def shape(self) -> Shape:
        """What was seen so far."""
        return self._builder.root().shape()

    def to_schema(self) -> Schema:
        """What genson makes of it: its plain schema, and the counts under ``SEEN``."""
        with _enough_stack():
            return cast("Schema", self._builder.to_schema())

    def dumps(self) -> str:
        """All counts as JSON. Holds values that were seen: not for a place where payloads may not rest."""
        return json.dumps({"literal": self.literal, "schema": self.to_schema()})

    @classmethod
    def loads(cls, text: str) -> "Builder":
        """A builder that goes on where the one that was saved had stopped."""
        saved = json.loads(text)
        builder = cls(literal=saved["literal"])
        builder._merge(saved["schema"])
        return builder

    def _merge(self, schema: Schema) -> None:
        if schema:
            with _enough_stack():
                self._builder.add_schema(schema)


@contextmanager
def _enough_stack() -> Iterator[None]:
    """A level of a merge takes five of Python's frames: below a deep caller that may be too many."""
    try:
        yield
    except RecursionError:
        raise ValueError("the documents are too deep to be counted from here") from None


class _Node(SchemaNode):  # type: ignore[misc]  # genson ships no types
    """One place of the documents: a strategy for each type that was seen there."""

    strategies: ClassVar[Mapping[type, type]]
    """Which strategy counts values of which type."""

    def __init__(self, below: Below | None = None) -> None:
        self._active_strategies: list[Any] = []
        self._counters: dict[type, Callable[[list[Any]], None]] = {}
        self._below = below or Below(type(self))

    def add_object(self, obj: object) -> "_Node":
        self.add_batch([obj])
        return self

    def add_batch(self, values: list[Any]) -> None:
        """Count a column of values, which has at least one."""
        kinds = {*map(type, values)}
        if len(kinds) == 1:
            (kind,) = kinds
            (self._counters.get(kind) or self._counter(kind))(values)
            return
        columns: dict[type, list[Any]] = {kind: [] for kind in kinds}
        for value in values:
            columns[type(value)].append(value)
        for column in columns.values():
            self.add_batch(column)

    def shape(self) -> Shape:
        """What was seen here."""
        facts: Facts = {"types": {}}
        for strategy in self._active_strategies:
            strategy.tell(facts)
        return Shape(**facts)

    def _counter(self, kind: type) -> Callable[[list[Any]], None]:
        strategy = self._strategy(kind)
        count: Callable[[list[Any]], None] = strategy.add_floats if kind is float else strategy.add_batch
        self._counters[kind] = count
        return count

    def _strategy(self, kind: type) -> Any:
        wanted = self.strategies.get(kind)
        if wanted is None:
            raise TypeError(f"{kind.__name__} is no JSON value")
        for strategy in self._active_strategies:
            if type(strategy) is wanted:
                return strategy
        strategy = wanted(self._below)
        self._active_strategies.append(strategy)
        return strategy

    def _get_strategy_for_schema(self, schema: Schema) -> Any:
        kind = _KINDS.get(schema.get("type", ""))
        if kind is None or SEEN not in schema:
            raise ValueError("only what was saved here can be merged")
        return self._strategy(kind)


class _Counting(SchemaStrategy):  # type: ignore[misc]  # genson ships no types
    """What makes a strategy of genson's count: a tally beside it, saved with its schema."""

    make: ClassVar[type[Tally]]

    def __init__(self, node_class: Below) -> None:
        SchemaStrategy.__init__(self, node_class)
        self.tally = self.make()

    def add_batch(self, column: list[Any]) -> None:
        self.tally.add(column)

    def add_schema(self, schema: Schema) -> None:
        super().add_schema(schema)
        self.tally.restore(schema[SEEN])

    def to_schema(self) -> Schema:
        return {**super().to_schema(), SEEN: self.tally.save()}

    def tell(self, facts: Facts) -> None:
        self.tally.tell(facts)


class _Null(_Counting, plain.Null):  # type: ignore[misc]  # genson ships no types
    KEYWORDS = (*plain.Null.KEYWORDS, SEEN)
    make = Nulls


class _Boolean(_Counting, plain.Boolean):  # type: ignore[misc]  # genson ships no types
    KEYWORDS = (*plain.Boolean.KEYWORDS, SEEN)
    make = Booleans


class _String(_Counting, plain.String):  # type: ignore[misc]  # genson ships no types
    KEYWORDS = (*plain.String.KEYWORDS, SEEN)
    make = Texts


class _Number(_Counting, plain.Number):  # type: ignore[misc]  # genson ships no types
    """Numbers as they were written: every float has a fraction, ``7.0`` too."""

    KEYWORDS = (*plain.Number.KEYWORDS, SEEN)
    make = Amounts
    tally: Amounts

    def add_floats(self, column: list[float]) -> None:
        self.tally.add_mixed(column, fractions=len(column))

    def to_schema(self) -> Schema:
        self._type = "number" if self.tally.fractions else "integer"
        return super().to_schema()


class _NumberByValue(_Number):
    """Numbers by their value: ``10.0`` is whole."""

    def add_floats(self, column: list[float]) -> None:
        self.tally.add_mixed(column, fractions=len(column) - sum(map(float.is_integer, column)))


class _List(_Counting, plain.List):  # type: ignore[misc]  # genson ships no types
    KEYWORDS = (*plain.List.KEYWORDS, SEEN)
    make = Arrays

    def __init__(self, node_class: Below) -> None:
        _Counting.__init__(self, node_class)
        self._items = Below(node_class.node, node_class, node_class.depth + 1)()

    def add_batch(self, column: list[list[object]]) -> None:
        self.tally.add(column)
        items = [*chain.from_iterable(column)]
        if items:
            self._items.add_batch(items)

    def tell(self, facts: Facts) -> None:
        self.tally.tell(facts)
        if len(self._items):
            facts["items"] = self._items.shape()


class _Object(plain.Object):  # type: ignore[misc]  # genson ships no types
    KEYWORDS = (*plain.Object.KEYWORDS, SEEN)

    def __init__(self, node_class: Below, *, is_variant: bool = False) -> None:
        below = Below(node_class.node, node_class, node_class.depth + (not is_variant))
        super().__init__(below)
        self.names = Names()
        self.splits = None if is_variant else Splits(below.split, partial(_Object, below, is_variant=True))

    def add_batch(self, column: list[dict[str, object]]) -> None:
        layouts = layouts_of(column)
        self._collapse_if_map(layouts)
        if self.names.is_collapsed:
            values = [*chain.from_iterable(map(dict.values, column))]
            if values:
                self._pattern_properties[_EVERY_NAME].add_batch(values)
        else:
            columns = in_columns(column, layouts)
            if self.splits is not None:
                self.splits.add(column, columns, self)
            for name, values in columns.items():
                self._properties[name].add_batch(values)
        self.names.add(layouts)

    def add_schema(self, schema: Schema) -> None:
        seen = schema[SEEN]
        if self.splits is not None:
            self.splits.merge(seen["splits"], schema, self)
        super().add_schema(schema)
        self.names.restore(seen["names"])
        self._collapse_if_map({})

    def to_schema(self) -> Schema:
        self._required = self.names.in_all
        splits = self.splits.save() if self.splits is not None else {}
        return {**super().to_schema(), SEEN: {"names": self.names.save(), "splits": splits}}

    def tell(self, facts: Facts) -> None:
        names = self.names
        nodes = {ITEM: self._pattern_properties[_EVERY_NAME]} if names.is_collapsed else self._properties
        members: dict[str, Member] = {}
        # a loop, not a comprehension: before Python 3.12 that is one more frame for every level of the document
        for name, node in nodes.items():
            members[name] = Member(node.shape(), names.present[name])
        facts["types"][JsonType.OBJECT] = names.count
        own: Facts = {
            "empty_objects": names.empty, "members": members, "key_sets": tuple(names.key_sets),
            "is_collapsed": names.is_collapsed,
        }  # fmt: skip
        facts.update(own)
        if self.splits is not None and (split := self.splits.best()):
            facts["discriminator"], parts = split
            alone = Shape({JsonType.OBJECT: names.count}, **own)
            facts["variants"] = {value: alone if part is None else part.shape() for value, part in parts.items()}

    def shape(self) -> Shape:
        """The objects alone, whatever else stands at this place."""
        facts: Facts = {"types": {}}
        self.tell(facts)
        return Shape(**facts)

    def _collapse_if_map(self, layouts: Layouts) -> None:
        """Too many names that look like identifiers: from now on the values are one place."""
        if self.names.become_map(layouts):
            self.splits = None
        if self.names.is_collapsed and self._properties:
            values = self._pattern_properties[_EVERY_NAME]
            for node in self._properties.values():
                values.add_schema(node.to_schema())
            self._properties.clear()


_STRATEGIES: Final = {type(None): _Null, bool: _Boolean, str: _String, list: _List, dict: _Object}
_KINDS: Final[Mapping[str, type]] = {
    "null": type(None), "boolean": bool, "integer": int, "number": int, "string": str, "array": list, "object": dict,
}  # fmt: skip


class _LiteralNode(_Node):
    strategies: ClassVar = {**_STRATEGIES, int: _Number, float: _Number}


class _ValueNode(_Node):
    strategies: ClassVar = {**_STRATEGIES, int: _NumberByValue, float: _NumberByValue}


class _CountingBuilder(SchemaBuilder):  # type: ignore[misc]  # genson ships no types
    def root(self) -> _Node:
        return cast("_Node", self._root_node)


class _LiteralBuilder(_CountingBuilder):
    EXTRA_STRATEGIES = (*_STRATEGIES.values(), _Number)


class _ValueBuilder(_CountingBuilder):
    EXTRA_STRATEGIES = (*_STRATEGIES.values(), _NumberByValue)


# genson makes a node class for every builder class; ours finds the same strategies by type
_LiteralBuilder.NODE_CLASS = _LiteralNode
_ValueBuilder.NODE_CLASS = _ValueNode
