"""Keeps the answers of very many stubs small until somebody looks at them.

A folder may hold a hundred thousand recorded answers that an audit needs one after the other. Those beyond the first
megabytes are packed in blocks of neighbours, which resemble each other: some 2 KB of JSON take about 200 bytes.
"""

import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, overload

import msgspec

from driftwatch.model.interaction import Expectation

_BLOCK: Final = 256 * 1024
"""Bytes of bodies that are packed, and opened, together."""
_OPEN_BLOCKS: Final = 4
_FAST: Final = 1
"""zlib's quickest level: the others cost more time than they save memory."""

Answers = tuple[Expectation, ...]


class Shelf:
    """Takes answers in and gives something in their place that reads the same."""

    def __init__(self, unpacked: int) -> None:
        """``unpacked`` is how many bytes of bodies stay as they are: most folders hold less."""
        self._unpacked = unpacked
        self._block = _Block()

    def keep(self, answers: Sequence[Expectation]) -> Sequence[Expectation]:
        """The answers, or their place on the shelf."""
        size = sum(len(answer.body or b"") for answer in answers)
        if self._unpacked > 0 or not size:
            self._unpacked -= size
            return answers
        if self._block.size > _BLOCK:
            self._block.close()
            self._block = _Block()
        return _Shelved(self._block, self._block.add(tuple(answers), size), len(answers))


class _Block:
    """Neighbours on the shelf: open while there is room, then packed."""

    __slots__ = ("_answers", "_packed", "size")

    def __init__(self) -> None:
        self._answers: list[Answers] = []
        self._packed = b""
        self.size = 0

    def add(self, answers: Answers, size: int) -> int:
        """Put answers in; their place."""
        self._answers.append(answers)
        self.size += size
        return len(self._answers) - 1

    def close(self) -> None:
        """Pack what is in it; text that no encoding takes (lone surrogates) and endless numbers stay as they are."""
        try:
            self._packed = zlib.compress(msgspec.msgpack.encode(self._answers), _FAST)
        except (ValueError, OverflowError, TypeError):
            return
        self._answers = []

    def open(self) -> list[Answers]:
        """Everything in it."""
        return self._answers or _unpacked(self._packed)


@lru_cache(maxsize=_OPEN_BLOCKS)
def _unpacked(packed: bytes) -> list[Answers]:
    return msgspec.msgpack.decode(zlib.decompress(packed), type=list[Answers])


class _Shelved(Sequence[Expectation]):
    """One stub's answers, wherever they are."""

    __slots__ = ("_block", "_count", "_place")

    def __init__(self, block: _Block, place: int, count: int) -> None:
        self._block = block
        self._place = place
        self._count = count

    @overload
    def __getitem__(self, index: int) -> Expectation: ...

    @overload
    def __getitem__(self, index: slice) -> Answers: ...

    def __getitem__(self, index: int | slice) -> Expectation | Answers:
        return self._block.open()[self._place][index]

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))
