"""Keeps very many interactions small until somebody looks at them.

A folder may hold a hundred thousand recorded exchanges that an audit needs one after the other. Those beyond the first
megabyte are packed in blocks of neighbours, which resemble each other: what takes 2 to 3 KB in memory takes about 250
bytes. What stands for them reads like any interaction; a block is opened when somebody asks for what is in it.
"""

import sys
from collections import deque
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from mmap import mmap
from operator import attrgetter
from threading import Lock
from typing import Any, Final, cast

import msgspec

from driftwatch.mocks.limits import MIB
from driftwatch.model.interaction import Expectation, Interaction, Matcher, Origin, Request, Specification

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_BLOCK: Final = 128 * 1024
"""Bytes that are packed, and opened, together."""
_ROOM: Final = MIB
"""Bytes of blocks that are open at a time: answers come nearly in the order of the files, and from a few services."""
_PAGE: Final = MIB
"""Bytes of packed blocks that lie side by side."""
_BESIDE: Final = 1024
"""Bytes that an interaction takes beside its bodies."""
_LEVEL: Final = 1
"""zstd's quick end: higher levels save a tenth and take ten times as long."""
_SCALARS: Final = frozenset([str, int, float, bool, type(None)])


class _Shared(msgspec.Struct, eq=False):
    """What an interaction has in common with its neighbours, or what has to be at hand."""

    format: str
    group: str
    provider: str
    consumer: str
    recorded_from: str
    incomparable: str
    shadowed_by: str
    specification: Specification | None
    assigned: "_Shared | None" = None
    """The same for another provider, where somebody asked for it."""

    def of(self, provider: str) -> "_Shared":
        """The same, assigned to a provider."""
        if self.provider == provider:
            return self
        if self.assigned is None or self.assigned.provider != provider:
            self.assigned = msgspec.structs.replace(self, provider=provider, assigned=None)
        return self.assigned


class _Own(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What is an interaction's own."""

    mock_id: str
    origin: Origin
    request: Request
    variants: tuple[Expectation, ...]
    name: str
    recorded_at: datetime | None
    notes: tuple[str, ...]


_shared_of: Final = attrgetter(*_Shared.__struct_fields__[:-1])
_own_of: Final = attrgetter(*_Own.__struct_fields__)
_OWN: Final = frozenset(_Own.__struct_fields__)


class Shelf:
    """Takes interactions in and gives something in their place that reads the same."""

    def __init__(self, unpacked: int) -> None:
        """``unpacked`` is how many bytes of interactions stay as they are: most folders hold less."""
        self._unpacked = unpacked
        self._pages = _Pages()
        self._block = _Block()
        self._filled = 0
        self._known: dict[tuple[object, ...], _Shared] = {}

    def keep(self, interaction: Interaction) -> Interaction:
        """The interaction, or its place on the shelf."""
        size = _size(interaction)
        if self._unpacked > 0 or not _is_exact(interaction):
            self._unpacked -= size
            return interaction
        if self._filled > _BLOCK:
            self._block.close(self._pages)
            self._block, self._filled = _Block(), 0
        self._filled += size
        return cast("Interaction", _Shelved(self._block, self._block.add(interaction), self._shared(interaction)))

    def _shared(self, interaction: Interaction) -> _Shared:
        *texts, specification = values = _shared_of(interaction)
        key = (*texts, id(specification))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _Shared(*values)
        return known


def _size(interaction: Interaction) -> int:
    size = _BESIDE + len(interaction.request.body or b"")
    for answer in interaction.variants:
        size += len(answer.body or b"")
    return size


def _is_exact(interaction: Interaction) -> bool:
    """Whether unpacking gives the very same: msgpack tells neither tuples nor time zones apart, nor 1 from 1.0."""
    moment = interaction.recorded_at
    is_told = moment is None or moment.tzinfo is UTC
    return is_told and all(map(_is_exact_answer, interaction.variants))


def _is_exact_answer(answer: Expectation) -> bool:
    return not isinstance(_any(answer.delay_ms), int) and all(map(_is_exact_statement, answer.matchers))


def _is_exact_statement(matcher: Matcher) -> bool:
    bounds = (_any(matcher.minimum), _any(matcher.maximum))
    return not any(isinstance(one, int) for one in bounds) and all(map(_is_plain, matcher.values))


def _any(number: float | None) -> object:
    """A number whose type says more than mypy believes: a whole one passes for a float."""
    return number


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_plain, (*value, *value.values())))
    return all(map(_is_plain, value)) if isinstance(value, list) else type(value) in _SCALARS


class _Pages:
    """Memory outside the heap: packed blocks between what comes and goes would keep the heap from shrinking."""

    def __init__(self) -> None:
        self._page = memoryview(b"")
        self._used = 0

    def put(self, packed: bytes) -> memoryview:
        """The bytes at their place; a page goes when nothing refers to it any more."""
        if self._used + len(packed) > len(self._page):
            self._page, self._used = memoryview(mmap(-1, max(_PAGE, len(packed)))), 0
        place = self._page[self._used : self._used + len(packed)]
        place[:] = packed
        self._used += len(packed)
        return place


class _Block:
    """Neighbours on the shelf: open while there is room, then packed."""

    __slots__ = ("_packed", "items")

    def __init__(self) -> None:
        self.items: list[_Own] | None = []
        """What is in it, while it is open."""
        self._packed = memoryview(b"")

    def add(self, interaction: Interaction) -> int:
        """Put an interaction in; its place."""
        items = self.open()
        items.append(_Own(*_own_of(interaction)))
        return len(items) - 1

    def close(self, pages: _Pages) -> None:
        """Pack what is in it; text that no encoding takes (lone surrogates) and endless numbers stay as they are."""
        try:
            self._packed = pages.put(zstd.compress(msgspec.msgpack.encode(self.items), _LEVEL))
        except (ValueError, OverflowError, TypeError):
            return
        self.items = None

    def open(self) -> list[_Own]:
        """Everything in it; may be called by many threads."""
        items = self.items
        if items is None:
            encoded = zstd.decompress(self._packed)
            items = _decoder().decode(encoded)
            _OPEN.add(self, items, len(encoded))
        return items


@cache
def _decoder() -> msgspec.msgpack.Decoder[list[_Own]]:
    # made on demand: it looks up the types of every noun in an interaction, and few folders fill a block
    return msgspec.msgpack.Decoder(list[_Own])


class _Open:
    """The blocks that were opened last."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[_Block, int]] = deque()
        self._size = 0
        self._lock = Lock()

    def add(self, block: _Block, items: list[_Own], size: int) -> None:
        """Keep one more open, and close the oldest for it."""
        with self._lock:
            if block.items is not None:  # another thread was faster
                return
            block.items = items
            self._blocks.append((block, size))
            self._size += size
            while self._size > _ROOM and len(self._blocks) > 1:
                oldest, size = self._blocks.popleft()
                oldest.items = None
                self._size -= size


_OPEN: Final = _Open()


class _Shelved:
    """Stands for an interaction of which most is packed, and passes for it: a subclass would have all its slots.

    A changed copy (``dataclasses.replace``) is an ``Interaction`` again.
    """

    __slots__ = ("_block", "_place", "_shared")
    __dataclass_fields__ = Interaction.__dataclass_fields__
    __eq__ = Interaction.__eq__
    __hash__ = Interaction.__hash__
    __repr__ = Interaction.__repr__
    statuses = Interaction.statuses
    dynamic = Interaction.dynamic

    def __init__(self, block: _Block, place: int, shared: _Shared) -> None:
        self._block = block
        self._place = place
        self._shared = shared

    @property  # type: ignore[misc]  # object's own can be set
    def __class__(self) -> type:
        return Interaction

    def __getattr__(self, name: str) -> Any:
        """What the interaction says."""
        if name in _OWN:
            return getattr(self._block.open()[self._place], name)
        return getattr(self._shared, name)

    def __reduce__(self) -> tuple[type[Interaction], Iterable[object]]:
        return Interaction, tuple(getattr(self, one.name) for one in fields(Interaction))

    def of(self, provider: str) -> "_Shelved":
        """The same place on the shelf, assigned to its provider."""
        shared = self._shared.of(provider)
        return self if shared is self._shared else _Shelved(self._block, self._place, shared)
