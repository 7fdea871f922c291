"""A folder of mocks as the audit sees it: a stream of interactions, and of everything that could not become one."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.answers.shelf import Shelf
from driftwatch.mocks.asking import effort
from driftwatch.mocks.catalog import recognise
from driftwatch.mocks.discover import discover
from driftwatch.mocks.format import Server, ServerFormat, Stub
from driftwatch.mocks.limits import MIB, Limits
from driftwatch.mocks.recording.dates import is_credible
from driftwatch.mocks.recording.git_history import GitHistory
from driftwatch.mocks.text.documents import Document, Options, open_document
from driftwatch.mocks.text.opening import Drafts
from driftwatch.model.interaction import Ignored, Interaction, Origin, Reading, Unreadable

_ALL_LINES: Final = 1_000_000_000
_UNPACKED: Final = MIB
"""Bytes of interactions that stay as they are; only folders with more are worth packing."""


class FolderSource(Struct, frozen=True):
    """The mocks of one provider below a folder, in one file, or under a glob; fulfils ``ports.MockSource``."""

    root: Path
    patterns: tuple[str, ...] = ()
    """Globs below ``root``; empty for every file."""
    provider: str = ""
    """Given to every interaction."""
    limits: Limits = field(default_factory=Limits)
    global_templating: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None
    """The time of reading; recordings that claim to come from the future have no date."""
    with_history: bool = False
    """What has no date of its own gets that of its lines' last commit, where the folder is a git checkout."""
    drafts: Drafts = field(default_factory=dict)
    """Contents that stand in for files, by their resolved paths."""

    def read(self, below: str = "") -> Iterator[Reading]:
        """Interactions, unreadable files and stubs, and ignored files, always in the same order.

        ``below`` is a folder that is put in front of every file's name.
        """
        base, paths = discover(self.root, self.patterns)
        prefix = f"{below}/" if below else ""
        shelf = Shelf(_UNPACKED)
        for reading in _Pass(base, self, prefix).over(paths):
            if isinstance(reading, Interaction):
                yield shelf.keep(reading)
            else:
                yield replace(reading, file=prefix + reading.file)


class _Pass:
    """One pass over the files: what it has to remember from file to file."""

    def __init__(self, base: Path, source: FolderSource, prefix: str) -> None:
        effort.begin()
        self._base = base
        self._source = source
        self._prefix = prefix
        self._options = Options(source.global_templating, source.variables, source.now, source.drafts)
        self._servers: dict[tuple[str, str], Server] = {}
        self._unclaimed: list[Ignored] = []
        self._body_files: set[str] = set()
        self._history = GitHistory(base) if source.with_history else None

    def over(self, paths: Iterator[Path | Ignored | Unreadable]) -> Iterator[Reading]:
        """Everything the files hold. What nobody claims comes last: by then it is known which files are bodies."""
        for path in paths:
            if isinstance(path, Ignored | Unreadable):
                yield path
                continue
            file = path.relative_to(self._base).as_posix()
            yield from self._close_servers(before=file)
            yield from self._assigned(self._guarded(self._file(path), file))
        yield from self._close_servers()
        for ignored in self._unclaimed:
            is_body = ignored.file in self._body_files
            yield Ignored(ignored.file, "holds the body of a stub") if is_body else ignored
        effort.end()

    def _file(self, path: Path) -> Iterator[Stub]:
        document = open_document(path, self._base, self._source.limits, self._options, is_patient=True)
        if not isinstance(document, Document):
            yield document
            return
        known = recognise(document)
        if known is None:
            from driftwatch.mocks.strangers.reasons import reason_to_ignore  # noqa: PLC0415 - only where it is needed

            self._unclaimed.append(Ignored(document.file, reason_to_ignore(document)))
        elif isinstance(known, ServerFormat):
            key = (known.NAME, known.home(document))
            server = self._servers.get(key) or known.serve(key[1])
            self._servers[key] = server
            yield from server.add(document)
        else:
            yield from known.read(document)

    def _close_servers(self, before: str | None = None) -> Iterator[Reading]:
        """Finish the servers whose folder has been left; those of the mocks folder itself at the end."""
        for key in list(self._servers):
            _, home = key
            if before is None or (home and not before.startswith(f"{home}/")):
                yield from self._assigned(self._guarded(self._servers.pop(key).close(), home))

    def _guarded(self, readings: Iterator[Stub], file: str) -> Iterator[Stub]:
        """The outermost door: whatever a hostile file still provokes costs that file and nothing else."""
        try:
            yield from readings
        except Exception as error:  # a fault of ours in one reader must not cost the other files
            yield Unreadable(file, "", f"could not be read ({type(error).__name__})")

    def _assigned(self, readings: Iterator[Stub]) -> Iterator[Reading]:
        for reading in readings:
            if isinstance(reading, Interaction):
                self._body_files |= _body_files(reading)
                moment, source = reading.recorded_at, reading.recorded_from
                if moment is None:
                    moment, source = self._committed(reading)
                yield dataclasses.replace(
                    reading,
                    origin=self._named(reading.origin),
                    provider=self._source.provider,
                    recorded_at=moment,
                    recorded_from=source,
                )
            else:
                yield reading

    def _named(self, origin: Origin) -> Origin:
        return replace(origin, file=self._prefix + origin.file) if self._prefix else origin

    def _committed(self, interaction: Interaction) -> tuple[datetime | None, str]:
        """The last commit that touched the stub's own lines, or the files that hold its bodies."""
        if self._history is None:
            return None, ""
        origin = interaction.origin
        dates = [self._history.last_commit(origin.file, origin.line, origin.last_line)]
        dates += [self._history.last_commit(file, 1, _ALL_LINES) for file in _body_files(interaction)]
        known = [date for date in dates if date is not None and is_credible(date, self._source.now)]
        return (max(known), "git") if known and len(known) == len(dates) else (None, "")


def _body_files(interaction: Interaction) -> set[str]:
    return {variant.body_file for variant in interaction.variants if variant.body_file}
