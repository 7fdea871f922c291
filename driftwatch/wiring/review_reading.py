"""The mocks of a review, read twice where git knows how they were: as they are and as they were."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatch
from glob import has_magic
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.checkout.changes import Changes, Turn
from driftwatch.mocks.places import Place, Places
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Ignored, Interaction, Reading, Unreadable
from driftwatch.model.review import Change, Removed
from driftwatch.ports import Store
from driftwatch.settings.tree import Settings
from driftwatch.usecases.review import Diff, compare
from driftwatch.wiring.mocks import folder_of, followed, mocks_of, source_at

_MOST_ELSEWHERE: Final = 500
"""Files outside of all mocks that are looked into: they may be mocks that nobody audits."""
_LARGEST_ELSEWHERE: Final = 1024 * 1024


class Asked(Struct, frozen=True):
    """What is to be reviewed, and out of what it is known."""

    now: datetime
    paths: tuple[Path, ...] = ()
    """Empty for all mocks of the config."""
    settings: Settings | None = None
    since: str = ""
    report: Path | None = None
    store: Store | None = None

    def takes(self, files: Iterable[Path]) -> bool:
        """Whether one of these files lies below a path that was named."""
        places = [path.resolve() for path in self.paths]
        return not places or any(file.is_relative_to(place) for file in files for place in places)


class Stand(Struct, frozen=True):
    """Mocks that one provider of the config, or one path of the command line, names."""

    provider: str
    target: str
    source: Places | Place
    places: tuple[Path, ...]
    """Where they lie, links followed."""
    readings: tuple[Reading, ...]
    is_elsewhere: bool = False
    """No provider of the config names them."""
    others: tuple[Path, ...] = ()
    """Places of providers: what lies there is not of this one."""
    globs: tuple[Path, ...] = ()
    """What the config writes with signs of a glob: of files that are gone nobody knows otherwise whose they were."""

    def holds(self, file: Path) -> bool:
        """Whether a file lies in its places, and not in those of others."""
        mine = any(file.is_relative_to(place) for place in self.places)
        globs = [form for glob in map(str, self.globs) for form in (glob, glob.replace("/**/", "/"))]
        mine = mine or any(fnmatch(str(file), glob) for glob in globs)
        return mine and not any(file.is_relative_to(place) for place in self.others)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The places, and the folders that its globs begin at."""
        return (*self.places, *map(_beginning, self.globs))

    @property
    def mocks(self) -> list[Interaction]:
        """Those that could be read."""
        return [one.of(self.provider) for one in self.readings if isinstance(one, Interaction)]

    def files_of(self, mock: Interaction) -> set[Path]:
        """The file of a mock, and those that hold its bodies."""
        bases = [place if place.is_dir() else place.parent for place in self.places]
        bodies = {variant.body_file for variant in mock.variants if variant.body_file}
        return {real(mock.origin.file), *(base / body for base in bases for body in bodies)}


def real(file: str) -> Path:
    """A file as reports name it, links followed."""
    return Path(file).resolve()


def stands(asked: Asked) -> Iterator[Stand]:
    """All mocks that a review is about, and those beside them; without a config the named paths alone."""
    if asked.settings is None:
        for path in asked.paths:
            yield _at(path)
        return
    own: list[Stand] = []
    for name, provider in asked.settings.providers.items():
        source = mocks_of(asked.settings, name).source
        places = tuple(followed(path).resolve() for place in provider.mocks for path in place.expand())
        globs = tuple(_settled(place.path) for place in provider.mocks if place.is_glob)
        own.append(Stand(name, provider.target, source, places, tuple(source.read()), globs=globs))
    yield from own
    known = tuple(place for one in own for place in one.places)
    for path in asked.paths:
        if not any(path.resolve().is_relative_to(place) for place in known):
            yield _at(path, is_elsewhere=True, others=known)


def elsewhere(changes: Changes) -> Iterator[Stand]:
    """Mocks among the files that were committed outside of everybody's mocks."""
    for file in changes.elsewhere[:_MOST_ELSEWHERE]:
        if file.stat().st_size <= _LARGEST_ELSEWHERE:
            found = _at(file, is_elsewhere=True)
            if found.mocks:
                yield found


def diff(stand: Stand, changes: Changes | None, asked: Asked) -> Diff:
    """What of some mocks is to be reviewed."""
    mocks = [one for one in stand.mocks if asked.takes(stand.files_of(one))]
    if changes is None or not set(stand.roots) <= set(changes.looked_at):
        return Diff(tuple((one, Change.NAMED) for one in mocks))
    files = frozenset(one.origin.file for one in mocks if real(one.origin.file) in changes.files)
    before = [one for one in _before(stand, changes) if asked.takes({real(one.origin.file)})]
    return compare(before, mocks, files)


def _settled(glob: Path) -> Path:
    """A glob from its folder as the operating system knows it."""
    start = _beginning(glob)
    return start.resolve() / glob.relative_to(start)


def _beginning(glob: Path) -> Path:
    """The folder before the first part with a sign of a glob."""
    return next(place for place in (glob, *glob.parents) if not has_magic(str(place)))


def _at(path: Path, *, is_elsewhere: bool = False, others: tuple[Path, ...] = ()) -> Stand:
    place = source_at(path)
    stand = Stand("", "", place, (path.resolve(),), (), is_elsewhere, others)
    return replace(stand, readings=tuple(one for one in place.read() if stand.holds(real(_file(one)))))


def _file(reading: Reading) -> str:
    return reading.origin.file if isinstance(reading, Interaction) else reading.file


def _before(stand: Stand, changes: Changes) -> Iterator[Interaction]:
    """The mocks as they were: changed files with their old contents, removed ones from a folder of their own."""
    drafts = {
        str(file): changes.before[file]
        for file, turn in changes.files.items()
        if turn is Turn.CHANGED and file in changes.before
    }
    for one in stand.source.drafted(drafts).read():
        if isinstance(one, Interaction):
            file = real(one.origin.file)
            if stand.holds(file) and changes.files.get(file) is not Turn.ADDED:
                yield one.of(stand.provider)
    gone = {file: changes.before.get(file, b"") for file, turn in changes.files.items() if turn is Turn.REMOVED}
    for place in stand.roots:
        mine = {file: gone.pop(file) for file in list(gone) if file.is_relative_to(place) and stand.holds(file)}
        if mine:
            yield from _read_aside(mine, place, stand.provider)


def _read_aside(files: Mapping[Path, bytes], place: Path, provider: str) -> Iterator[Interaction]:
    base = place.parent if place in files else place
    with tempfile.TemporaryDirectory(prefix="driftwatch-") as folder:
        for file, content in files.items():
            target = Path(folder) / file.relative_to(base)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        for one in FolderSource(Path(folder), provider=provider).read(folder_of(base)):
            if isinstance(one, Interaction):
                yield one


def files_gone(
    everything: Sequence[Stand], changes: Changes | None, told: Iterable[str], asked: Asked
) -> Iterator[Removed]:  # fmt: skip
    """Files that were removed but for those of which enough is told, or whose mocks only moved."""
    if changes is None:
        return
    named = set(map(real, told))
    for file, turn in changes.files.items():
        if turn is not Turn.REMOVED or file in named or not asked.takes({file}):
            continue
        if any(stand.holds(file) for stand in everything):
            yield Removed(_shown(file), "")


def _shown(file: Path) -> str:
    """A file that is not there any more, as seen from here where that is shorter to read."""
    here = Path.cwd()
    return (file.relative_to(here) if file.is_relative_to(here) else file).as_posix()


def unread(
    everything: Sequence[Stand], changes: Changes | None, asked: Asked
) -> tuple[tuple[Unreadable, ...], tuple[Ignored, ...]]:  # fmt: skip
    """What of the touched or named files could not be read, and what no format claims.

    In a folder that was named as a whole there may be anything: only files are told that are named one by one.
    """
    bodies = {file for stand in everything for mock in stand.mocks for file in stand.files_of(mock)}
    alone = {path.resolve() for path in asked.paths if path.is_file()}
    unreadable: dict[tuple[str, str], Unreadable] = {}
    ignored: dict[str, Ignored] = {}
    for reading in (one for stand in everything for one in stand.readings):
        if isinstance(reading, Interaction):
            continue
        file = real(reading.file)
        is_touched = asked.takes({file}) and (changes is None or file in changes.files)
        if isinstance(reading, Unreadable) and is_touched:
            unreadable[reading.file, reading.pointer] = reading
        if isinstance(reading, Ignored) and is_touched and file not in bodies and (changes or file in alone):
            ignored[reading.file] = reading
    return tuple(unreadable.values()), tuple(ignored.values())
