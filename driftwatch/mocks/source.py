"""A folder of mocks as the audit sees it: a stream of interactions, and of everything that could not become one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from driftwatch.mocks.catalog import recognise
from driftwatch.mocks.discover import discover
from driftwatch.mocks.documents import Document, Options, open_document
from driftwatch.mocks.format import Server, ServerFormat, Stub
from driftwatch.mocks.limits import Limits
from driftwatch.model.interaction import Ignored, Interaction, Reading, Unreadable

_UNKNOWN: Final = "no known mock format"


@dataclass(frozen=True, slots=True)
class FolderSource:
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

    def read(self) -> Iterator[Reading]:
        """Interactions, unreadable files and stubs, and ignored files, always in the same order."""
        base, paths = discover(self.root, self.patterns)
        return _Pass(base, self).over(paths)


class _Pass:
    """One pass over the files: what it has to remember from file to file."""

    def __init__(self, base: Path, source: FolderSource) -> None:
        self._base = base
        self._source = source
        self._options = Options(source.global_templating, source.variables, source.now)
        self._servers: dict[tuple[str, str], Server] = {}
        self._unclaimed: list[Ignored] = []
        self._body_files: set[str] = set()

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

    def _file(self, path: Path) -> Iterator[Stub]:
        document = open_document(path, self._base, self._source.limits, self._options)
        if not isinstance(document, Document):
            yield document
            return
        known = recognise(document)
        if known is None:
            reason = f"{_UNKNOWN}, and {document.problem.reason}" if document.problem else _UNKNOWN
            self._unclaimed.append(Ignored(document.file, reason))
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
        except Exception as error:
            yield Unreadable(file, "", f"could not be read ({type(error).__name__})")

    def _assigned(self, readings: Iterator[Stub]) -> Iterator[Reading]:
        for reading in readings:
            if isinstance(reading, Interaction):
                self._body_files.update(variant.body_file for variant in reading.variants if variant.body_file)
                yield reading.of(self._source.provider)
            else:
                yield reading
