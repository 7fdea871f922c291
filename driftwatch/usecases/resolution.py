"""Which mocks tests met: touches → mocks of a team's folders, by id, place, name or request, or mocks in code alone.

Nothing is guessed in silence. Where several mocks fit, the test rests on all of them, and a ``Doubt`` says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.model.interaction import Interaction, Origin
from driftwatch.model.memory import key_of
from driftwatch.model.reliance import Doubt, KnownUse, UsedMock
from driftwatch.model.use import IN_CODE, Need, TestUse, Touch, UseRecord
from driftwatch.usecases.answering import Answers
from driftwatch.usecases.shelf import Shelf, is_absolute

_CODED: Final = frozenset({IN_CODE, "pytest-httpx", "requests-mock", "respx", "responses"})
"""Libraries whose mocks stand in the tests: a request that a mock file answers too says nothing of where they stand."""
_FORMATS: Final = {"vcr": ("vcrpy",), "pytest-recording": ("vcrpy",), "vcr.py": ("vcrpy",),
                   "wiremock": ("wiremock", "wiremock-net")}  # fmt: skip
"""Tools that read several formats, or one of another name."""
_FILE: Final = "file"
_MOST: Final = 50
"""Mocks that one touch may mean: where more fit, it says nothing of any of them."""
_KEPLOY: Final = "keploy"
"""It records more than HTTP, and what it recorded of a database is no mock that anybody could audit."""
_WEIGHT: Final = {Need.OPTIONAL: 0, Need.NEEDED: 1, Need.WHOLE: 2}
"""Where one place was read in several ways, the last counts: of what was walked whole nobody can tell what matters."""


_ALL: Final = {"": Need.WHOLE}


class By(StrEnum):
    """By what a mock was found."""

    ID = "id"
    PLACE = "place"
    """A file, and a pointer into it."""
    FILE = "file"
    """All of a file, since the test read all of it."""
    NAME = "name"
    REQUEST = "request"
    CODE = "code"
    """It stands in the tests' code."""
    NOWHERE = "nowhere"
    """It was named, and no mock that is known is called so."""


class Known(Struct, frozen=True):
    """One mock, by all that a touch may call it."""

    used: UsedMock
    origin: Origin
    format: str = ""
    """Empty where nobody knows: then it may be any tool's."""
    method: str = ""
    path: str = ""
    """As it would be asked; empty if only the template is known."""
    path_template: str = ""
    name: str = ""
    body_files: tuple[str, ...] = ()

    @classmethod
    def of(cls, interaction: Interaction) -> "Known":
        """A mock that has just been read."""
        request = interaction.request
        files = dict.fromkeys(variant.body_file for variant in interaction.variants if variant.body_file)
        used = UsedMock(
            key_of(interaction), label_of(request.method, request.path_template), interaction.provider,
            interaction.mock_id,
        )  # fmt: skip
        return cls(
            used, interaction.origin, interaction.format, request.method, request.path, request.path_template,
            interaction.name, tuple(files),
        )  # fmt: skip

    @classmethod
    def of_audit(cls, mock: UsedMock, origin: Origin) -> "Known":
        """A mock as an audit remembers it: by its id, its place and its label."""
        method, _, path_template = mock.label.partition(" ")
        return cls(mock, origin, method=method, path_template=path_template)

    @property
    def names(self) -> Iterable[str]:
        """What its tool may call it; Keploy's ids are a set and the name in it."""
        mock_id = self.used.mock_id
        return {name for name in (mock_id, self.name, mock_id.rpartition("/")[2]) if name}


class Found(Struct, frozen=True):
    """What a touch leads to."""

    mocks: tuple[Known, ...]
    by: By

    @property
    def is_doubtful(self) -> bool:
        """Whether one mock was met and several fit."""
        return self.by is not By.FILE and len({one.used.key for one in self.mocks}) > 1


class Resolved(Struct, frozen=True):
    """The uses of one record."""

    uses: tuple[KnownUse, ...]
    """One for each test that is told of, those without mocks too."""
    doubts: tuple[Doubt, ...] = ()


class _File:
    """The mocks of one file, as a touch may name them."""

    def __init__(self, mocks: Sequence[Known]) -> None:
        self.mocks = tuple(mocks)
        self._places: dict[str, list[Known]] = {}
        for one in mocks:
            self._places.setdefault(one.origin.pointer, []).append(one)
        self._answers: Answers[Known] | None = None

    def at(self, pointer: str) -> Sequence[Known]:
        """What stands exactly there; else the nearest that the place is in; else all that stands below it."""
        around = pointer
        while True:
            if around in self._places:
                return self._places[around]
            if not around:
                break
            around = around.rpartition("/")[0]
        return [one for one in self.mocks if one.origin.pointer.startswith(f"{pointer}/")]

    def answering(self, touch: Touch) -> Sequence[Known]:
        """What answers the request that was made."""
        if self._answers is None:
            self._answers = Answers(self.mocks)
        return self._answers.to(touch.method, touch.url) if touch.url else ()


class Register:
    """All mocks that are known, to be looked up in."""

    def __init__(self, mocks: Iterable[Known], here: str = "") -> None:
        """``here`` is the folder that their files are below, absolute; empty if nobody knows it."""
        self.mocks = tuple(mocks)
        self._shelf = Shelf[Known](here)
        self._ids: dict[str, list[Known]] = {}
        self._names: dict[str, list[Known]] = {}
        for one in self.mocks:
            self._ids.setdefault(one.used.mock_id, []).append(one)
            for name in one.names:
                self._names.setdefault(name, []).append(one)
            self._shelf.add(one.origin.file, one)
            for file in one.body_files:
                self._shelf.add_below(file, one)
        self._files: dict[tuple[str, str], _File] = {}
        self._tools: dict[str, Answers[Known]] = {}
        self._known: dict[tuple[str, ...], Found] = {}

    def find(self, touch: Touch, root: str = "") -> Found:
        """The mocks that a touch means; ``root`` is what its file is below, absolute or empty."""
        name = (touch.tool, touch.file, touch.pointer, touch.mock_id, touch.name, touch.method, touch.url, root)
        if name not in self._known:
            found = next(self._found(touch, self._file(touch, root)))
            is_open = found.by is not By.FILE and len(found.mocks) > _MOST
            self._known[name] = Found((), By.NOWHERE) if is_open else found
        return self._known[name]

    def _found(self, touch: Touch, file: _File) -> Iterator[Found]:
        if same := _narrowed(self._ids.get(touch.mock_id, ()) if touch.mock_id else (), touch, file):
            yield Found(same, By.ID)
        if touch.pointer and (there := file.at(touch.pointer)):
            yield Found(_narrowed(there, touch, file), By.PLACE)
        named = self._names.get(touch.name, ()) if touch.name else ()
        if called := _narrowed([one for one in named if is_of(touch.tool, one.format)], touch, file):
            yield Found(called, By.NAME)
        if asked := file.answering(touch):
            yield Found(tuple(asked), By.PLACE)
        if file.mocks and not (touch.pointer or touch.mock_id or touch.name):
            yield Found(file.mocks, By.FILE)
        if touch.url and not touch.file and touch.tool not in _CODED and (asked := self._answering(touch)):
            yield Found(tuple(asked), By.REQUEST)
        yield Found((), By.NOWHERE if touch.file else By.CODE)

    def _file(self, touch: Touch, root: str) -> _File:
        if not touch.file:
            return _NO_FILE
        name = (touch.file, root)
        if name not in self._files:
            self._files[name] = _File(self._shelf.find(*name))
        return self._files[name]

    def _answering(self, touch: Touch) -> Sequence[Known]:
        if touch.tool not in self._tools:
            self._tools[touch.tool] = Answers(one for one in self.mocks if is_of(touch.tool, one.format))
        return self._tools[touch.tool].to(touch.method, touch.url)


_NO_FILE: Final = _File(())


def resolve(record: UseRecord, register: Register, at: datetime, stands: str = "") -> Resolved:
    """The uses of a record. ``at`` is when it was made if it does not say so, ``stands`` the folder it stands in."""
    root = record.root if is_absolute(record.root) else "/".join(part for part in (stands, record.root) if part)
    doubts: list[Doubt] = []
    uses = []
    for use in record.uses:
        mocks, puzzles = resolved(use, register, root)
        doubts += [replace(one, suite=record.suite) for one in puzzles]
        when = min(record.finished_at or at, at)  # a clock may be wrong: no run ended later than now
        uses.append(KnownUse(record.suite, use.test, use.outcome, when, mocks, record.is_watching_reads))
    return Resolved(tuple(uses), tuple(doubts))


def resolved(use: TestUse, register: Register, root: str = "") -> tuple[tuple[UsedMock, ...], list[Doubt]]:
    """The mocks of one test, each once, and what is doubtful of them."""
    mocks: dict[str, UsedMock] = {}
    doubts: list[Doubt] = []
    for touch in _exact(use.touches):
        found = register.find(touch, root)
        if found.is_doubtful or found.by is By.NOWHERE:
            doubts.append(Doubt("", use.test, label_of_touch(touch), len(found.mocks)))
        if not found.mocks and touch.tool == _KEPLOY:
            continue
        reads = merged(touch.reads, _ALL) if found.is_doubtful and touch.reads else touch.reads
        for used in [one.used for one in found.mocks] or [UsedMock("", label_of_touch(touch))]:
            name = used.key or f"\0{used.label}"
            before = mocks.get(name)
            mocks[name] = replace(used, reads=merged(before.reads, reads) if before is not None else dict(reads))
    return tuple(mocks.values()), list(dict.fromkeys(doubts))


def merged(one: Mapping[str, Need], other: Mapping[str, Need]) -> dict[str, Need]:
    """What was read, by either of two readings; if nobody looked at one of them, all of it may have been."""
    both = {**one, **(_ALL if bool(one) != bool(other) else {})}
    for pointer, need in other.items():
        both[pointer] = max(need, both.get(pointer, need), key=_WEIGHT.__getitem__)
    return both


def label_of(method: str, path_template: str) -> str:
    """What a person reads of a mock."""
    return f"{method} {path_template}".strip()


def label_of_touch(touch: Touch) -> str:
    """What a person reads of a mock that no folder holds."""
    if touch.url:
        return label_of(touch.method, touch.url)
    place = f"{touch.file}#{touch.pointer}" if touch.file and touch.pointer else touch.file
    return place or touch.name or touch.mock_id or f"a mock of {touch.tool}"


def is_of(tool: str, format_name: str) -> bool:
    """Whether a tool serves mocks of a format; of one that nobody knows, perhaps."""
    plain = tool.lower()
    return not format_name or format_name in _FORMATS.get(plain, (plain.replace("_", "-"),))


def _exact(touches: Sequence[Touch]) -> Iterator[Touch]:
    """All but those of a file that was opened for a mock in it: that one was met, and not all of the file."""
    exact = {one.file for one in touches if one.file and one.tool != _FILE}
    seen: set[object] = set()
    for one in touches:
        name = (one.tool, one.file, one.pointer, one.mock_id, one.name, one.method, one.url, tuple(one.reads.items()))
        if name not in seen and not (one.tool == _FILE and not one.pointer and one.file in exact):
            seen.add(name)
            yield one


def _narrowed(mocks: Sequence[Known], touch: Touch, file: _File) -> tuple[Known, ...]:
    """Those of them that fit all else that is known, as far as any does."""
    left = tuple(mocks)
    if len(left) > 1 and file.mocks:
        left = tuple(one for one in left if one in file.mocks) or left
    if len(left) > 1:
        left = tuple(one for one in left if one.format and is_of(touch.tool, one.format)) or left
    if len(left) > 1 and touch.url:
        left = tuple(Answers(left).to(touch.method, touch.url)) or left
    return left
