"""The fast path: whether a document holds anything that its mock's shape has not.

A mock's shape is compiled once into looks that hang together like its places. As in inference, values that stand at
one place are looked at together, and the walk stops at the first place with a surprise. It may be wrong in one
direction only: in what it calls familiar, a comparison of shapes could find nothing; where it cannot be sure it calls
a document strange, and inference and comparison decide.

It knows nothing of what the author demands of single values (an exact value, a pattern, an order) nor of history.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final, assert_never

from driftwatch.model.likeness import key_class, values
from driftwatch.model.paging import filled, is_continuation
from driftwatch.model.shape import ITEM, STRICT_FORMATS, Format, JsonType, Numbers, Shape, join, unescape
from driftwatch.shapes.formats import PATTERNS, UTC, classify, has_zero_offset
from driftwatch.shapes.names import in_columns, layouts_of

Walk = Callable[[object], bool]
"""Whether a document of the service is familiar."""

Look = Callable[[Any], bool]
"""Whether a column is familiar: all values at one place, at least one."""

_WIDTHS: Final = (2**31 - 1, 2**53 - 1)
"""Where columns of whole numbers end, and where parsers that read doubles stop telling numbers apart."""
_EPOCHS: Final = ((10**9, 10**10), (10**12, 10**13), (10**15, 10**16))
"""Seconds, milliseconds and microseconds since 1970, in our day (drift semantics, ``epoch-unit-changed``)."""


def compile_walk(promised: Shape, loose: Iterable[str] = ()) -> Walk:
    """A function that says whether a document is familiar.

    ``promised`` is the mock's shape, inferred with its numbers by literal. At and below the paths in ``loose`` (``*``
    for items and for values of maps) the author has said what may vary, and nothing is looked at; but a member that
    the mock always has must be there.
    """
    try:
        look = _place(promised, "", frozenset(loose))
    except RecursionError:
        look = _never

    def walk(document: object) -> bool:
        try:
            return look((document,))
        except RecursionError:
            # close to the limit of depth, with a caller far down the stack: not sure
            return False

    return walk


def _place(shape: Shape, path: str, loose: frozenset[str]) -> Look:
    """A look at values of any type."""
    if path in loose:
        return _always
    if shape.is_empty:
        return _never
    looks = dict(_looks(shape, path, loose))
    return _mixed(looks) if len(looks) > 1 else _uniform(*looks.popitem())


def _uniform(kind: type, look: Look) -> Look:
    """A look at a place where the mock has one type."""
    only = {kind}
    if look is _always:
        return lambda column: only == {*map(type, column)}
    return lambda column: only == {*map(type, column)} and look(column)


def _mixed(looks: Mapping[type, Look]) -> Look:
    """A look at a place where the mock has several types; numbers always are two, as Python has it."""

    def check(column: Sequence[object]) -> bool:
        kinds = {*map(type, column)}
        if len(kinds) == 1:
            look = looks.get(kinds.pop())
            return look is not None and (look is _always or look(column))
        for kind in kinds:
            look = looks.get(kind)
            if look is None or not (look is _always or look([value for value in column if type(value) is kind])):
                return False
        return True

    return check


def _always(_: object) -> bool:
    return True


def _never(_: object) -> bool:
    return False


def _looks(shape: Shape, path: str, loose: frozenset[str]) -> Iterable[tuple[type, Look]]:
    """The types that may come, each with a look at values of that type."""
    for seen in shape.types:
        match seen:
            case JsonType.NULL:
                yield type(None), _always
            case JsonType.BOOLEAN:
                yield bool, _always
            case JsonType.INTEGER | JsonType.NUMBER:
                if shape.numbers is not None:
                    yield from _numbers(shape.numbers)
            case JsonType.STRING:
                yield str, _strings(shape)
            case JsonType.ARRAY:
                yield list, _arrays(shape, path, loose)
            case JsonType.OBJECT:
                yield dict, _objects(shape, path, loose)
            case _:
                assert_never(seen)


def _numbers(numbers: Numbers) -> Iterable[tuple[type, Look]]:
    """Whole where the mock has only whole numbers; no wider than the mock's; in the mock's unit of time."""
    largest = max(abs(numbers.minimum), abs(numbers.maximum))
    width = next((width for width in _WIDTHS if largest <= width), float("inf"))
    others = _other_epochs(numbers)

    def is_in_range(column: Sequence[float]) -> bool:
        return max(column) <= width and min(column) >= -width

    def is_in_time(column: Sequence[float]) -> bool:
        return is_in_range(column) and not any(low <= number < high for low, high in others for number in column)

    look = is_in_time if others else is_in_range
    yield int, look
    yield float, look if numbers.fractions else lambda column: all(map(float.is_integer, column)) and look(column)


def _other_epochs(numbers: Numbers) -> list[tuple[int, int]]:
    """The units of time that the mock's numbers are not in, if they are in one."""
    others = [(low, high) for low, high in _EPOCHS if not low <= numbers.minimum <= numbers.maximum < high]
    return others if len(others) < len(_EPOCHS) else []


def _strings(shape: Shape) -> Look:
    """Of the mock's class where the mock has one that readers depend on."""
    formats = frozenset(shape.formats)
    is_strict = bool(formats) and formats <= STRICT_FORMATS
    may_be_blank = bool(shape.blank or shape.nulls) or not is_strict
    are_of_class = _class_of(formats, is_utc=not shape.offset)
    if are_of_class is None:
        return _always if may_be_blank else lambda column: all(column) and not any(map(str.isspace, column))
    if may_be_blank:
        return lambda column: are_of_class([text for text in column if text and not text.isspace()])
    return are_of_class


def _class_of(formats: frozenset[Format], *, is_utc: bool) -> Look | None:
    """A look for the class that all mocked texts have; ``None`` if nothing follows from what they are."""
    if Format.DATE_TIME in formats and len(formats) > 1 and is_utc:
        return lambda column: all(has_zero_offset(text) or classify(text) is not Format.DATE_TIME for text in column)
    if len(formats) != 1:
        return None
    (claimed,) = formats
    if claimed is Format.NUMERIC:
        return lambda column: "".join(column).isdecimal() or Format.NUMERIC_STYLED not in map(classify, column)
    if claimed not in STRICT_FORMATS:
        return None
    # the patterns of the strict classes exclude each other: no need to ask in which order they are tried
    matches = UTC.fullmatch if claimed is Format.DATE_TIME and is_utc else PATTERNS[claimed].fullmatch
    return lambda column: all(map(matches, column))


def _arrays(shape: Shape, path: str, loose: frozenset[str]) -> Look:
    """Items where the mock has some, none where it has none."""
    if f"{path}/{ITEM}" in loose:
        return _always
    if shape.items is None:
        return lambda column: not any(column)
    may_be_empty = shape.empty_arrays > 0
    look = _place(shape.items, f"{path}/{ITEM}", loose)

    def check(column: Sequence[list[object]]) -> bool:
        if not (may_be_empty or all(column)):
            return False
        items = [*chain.from_iterable(column)]
        return not items or look(items)

    return check


def _objects(shape: Shape, path: str, loose: frozenset[str]) -> Look:
    if not shape.members:
        return lambda column: not any(column)
    if shape.is_collapsed:
        return _map(shape, path, loose)
    if shape.discriminator:
        return _variants(shape, path, loose)
    kind = key_class(shape.members)
    if kind and len(values(shape).families) <= 1:
        return _map_or_record(kind, shape, path, loose)
    return _record(shape, path, loose)


def _map_or_record(kind: str, shape: Shape, path: str, loose: frozenset[str]) -> Look:
    """Names of the mock's kind make a map, others a record.

    Each way is compiled when the first such object comes: compiled at once, a map of maps would double at every level.
    """
    as_map = _later(lambda: _map(shape, path, loose))
    as_record = _later(lambda: _record(shape, path, loose))

    def check(column: Sequence[dict[str, object]]) -> bool:
        maps = [members for members in column if key_class(members) == kind]
        if len(maps) == len(column):
            return as_map(column)
        records = [members for members in column if key_class(members) != kind]
        return as_record(records) and (not maps or as_map(maps))

    return check


def _later(compile_: Callable[[], Look]) -> Look:
    compiled: list[Look] = []

    def look(column: Sequence[object]) -> bool:
        if not compiled:
            compiled.append(compile_())
        return compiled[0](column)

    return look


def _map(shape: Shape, path: str, loose: frozenset[str]) -> Look:
    """Values like the mock's under whatever names; no empty map where the mock has none."""
    may_be_empty = shape.empty_objects > 0
    look = _place(values(shape), f"{path}/{ITEM}", loose)

    def check(column: Sequence[dict[str, object]]) -> bool:
        filled = [*filter(None, column)]
        if len(filled) < len(column) and not may_be_empty:
            return False
        return not filled or look([*chain.from_iterable(map(dict.values, filled))])

    return check


def _variants(shape: Shape, path: str, loose: frozenset[str]) -> Look:
    """Each object as the mock's objects of its variant."""
    name = shape.discriminator
    looks = {value: _record(variant, path, loose) for value, variant in shape.variants.items()}

    def check(column: Sequence[dict[str, object]]) -> bool:
        groups: dict[object, list[dict[str, object]]] = {}
        for members in column:
            value = members.get(name)
            if type(value) is not str or value not in looks:
                return False
            groups.setdefault(value, []).append(members)
        return all(looks[str(value)](group) for value, group in groups.items())

    return check


def _record(shape: Shape, path: str, loose: frozenset[str]) -> Look:
    """Every member that the mock always has, and none that it never has."""
    looks = {name: _place(member.shape, join(path, name), loose) for name, member in shape.members.items()}
    for name, member in shape.members.items():
        if is_continuation(name) and not filled(member.shape) and join(path, name) not in loose:
            looks[name] = _unfilled(looks[name])
    layout, in_order = tuple(looks), tuple(looks.values())
    looks.update((name, _always) for name in _loose_below(path, loose))
    required = [name for name in shape.members if shape.is_required(name)]

    def check(column: Sequence[dict[str, object]]) -> bool:
        if [*map(tuple, column)].count(layout) == len(column):
            # the mock's own names in the mock's own order: what most answers of most services have
            for look, cells in zip(in_order, zip(*map(dict.values, column), strict=True), strict=True):
                if look is not _always and not look(cells):
                    return False
            return True
        columns = in_columns(column, layouts_of(column))
        if not columns.keys() <= looks.keys() or any(len(columns.get(n, ())) < len(column) for n in required):
            return False
        return all(looks[name](cells) for name, cells in columns.items())

    return check


def _unfilled(look: Look) -> Look:
    """A look at a continuation member that the mock never fills: the first page must be the last one here, too."""
    return lambda column: not any(column) and look(column)


def _loose_below(path: str, loose: frozenset[str]) -> list[str]:
    """The names of members right below a place that are loose, known to the mock or not."""
    above = f"{path}/"
    return [unescape(step) for place in loose if place.startswith(above) and "/" not in (step := place[len(above) :])]
