"""All recordings of one provider's real traffic, each recognised by what is in it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.discover import discover
from driftwatch.mocks.formats import har, keploy
from driftwatch.mocks.limits import MIB, Limits
from driftwatch.mocks.text.documents import Document, Options, open_document
from driftwatch.mocks.traffic import otel
from driftwatch.mocks.traffic.access_log import Reader
from driftwatch.mocks.traffic.exchanges import of_har, of_keploy
from driftwatch.mocks.traffic.lines import LONGEST, Line, is_line, lines_of
from driftwatch.model.interaction import Ignored, Unreadable
from driftwatch.model.traffic import Heard, HeardReading

_KEPLOY: Final = "api.keploy.io/"
_BODY: Final = 8 * MIB
"""Bytes of a body in a line that are kept."""
_WORDS_BEFORE: Final = 10
"""Lines that may stand before the first entry of a log."""
_BLANKS: Final = b"\xef\xbb\xbf \t"
_PORTS: Final = {"http": ":80", "https": ":443"}


class Recordings(Struct, frozen=True):
    """Fulfils ``ports.TrafficSource`` for files and folders."""

    places: tuple[tuple[Path, str], ...]
    """Each with the folder that its files are told from; empty for the current one."""
    hosts: tuple[str, ...] = ()
    """Whose exchanges are meant, with or without a port; empty for everybody's."""
    fields: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    now: datetime | None = None

    def read(self) -> Iterator[HeardReading]:
        """Exchanges with the provider, and what could not be read; file by file, in one order."""
        for root, folder in self.places:
            base, paths = discover(root)
            prefix = f"{folder}/" if folder else ""
            for path in paths:
                if isinstance(path, Ignored | Unreadable):
                    yield replace(path, file=prefix + path.file)
                    continue
                yield from self._of_provider(prefix + path.relative_to(base).as_posix(), self._file(path, base))

    def _of_provider(self, file: str, readings: Iterator[HeardReading]) -> Iterator[HeardReading]:
        """Under the file's name, without what other hosts were asked."""
        foreign = own = 0
        try:
            for reading in readings:
                if isinstance(reading, Heard) and reading.host and not self._is_ours(reading.host):
                    foreign += 1
                    continue
                own += isinstance(reading, Heard)
                yield replace(reading, file=file) if reading.file != file else reading
        except Exception as error:  # a fault of ours in one reader must not cost the other files
            yield Unreadable(file, "", f"could not be read ({type(error).__name__})")
        if foreign and not own:
            hosts = ", ".join(self.hosts)
            yield Ignored(file, f"none of its {foreign} exchanges is with {hosts} (`evidence.hosts` names others)")

    def _is_ours(self, host: str) -> bool:
        bare = host.removesuffix(_PORTS["http"]).removesuffix(_PORTS["https"])
        return not self.hosts or any(one in (host, bare) or one == host.rpartition(":")[0] for one in self.hosts)

    def _file(self, path: Path, base: Path) -> Iterator[HeardReading]:
        file = path.relative_to(base).as_posix()
        try:
            with path.open("rb") as stream:
                first = _first_object(stream)
        except OSError as error:
            yield Unreadable(file, "", f"cannot be opened: {error.strerror or type(error).__name__}")
            return
        if not path.stat().st_size:
            yield Ignored(file, "nothing is in it yet")
            return
        if first and not _is_document(first):
            yield from self._lines(path, file)
            return
        document = open_document(path, base, self.limits, Options(False, self.variables, self.now), is_patient=True)
        if not isinstance(document, Document):
            yield document
            return
        yield from self._document(document, file)

    def _document(self, document: Document, file: str) -> Iterator[HeardReading]:
        if har.recognises(document.head):
            yield from of_har(document)
            return
        document.load()
        if keploy.recognises(document) and _KEPLOY in document.text:
            yield from of_keploy(document)
        elif document.problem is not None:
            yield document.unreadable("", document.problem)
        elif otel.is_batch(document.value):
            yield from self._told(file, [_item(1, document.value)])
        elif isinstance(document.value, list):
            yield from self._told(file, (_item(number, one) for number, one in enumerate(document.value, 1)))
        elif keploy.recognises(document):
            yield Ignored(file, "Keploy's configuration, no recording")
        else:
            yield Unreadable(file, "", _UNKNOWN)

    def _lines(self, path: Path, file: str) -> Iterator[HeardReading]:
        try:
            yield from self._told(file, lines_of(path))
        except OSError as error:
            yield Unreadable(file, "", f"cannot be read: {error.strerror or type(error).__name__}")

    def _told(self, file: str, lines: Iterable[Line]) -> Iterator[HeardReading]:
        """What single objects tell; one that tells of no exchange costs no other."""
        reader = Reader(file, self.fields, self.now, _BODY)
        exchanges = silent = 0
        broken: list[Line] = []
        first = 0
        for line in lines:
            first = first or line.number
            found = self._heard(line, file, reader)
            for heard in found:
                exchanges += 1
                yield heard
            silent += not found and line.value is not None
            if line.value is None and not broken:
                broken.append(line)
        if exchanges:
            if broken:
                yield Ignored(file, f"line {broken[0].number} is passed over: {broken[0].problem}")
        elif broken and not silent:
            yield Unreadable(file, "", broken[0].problem, broken[0].number)
        else:
            yield Unreadable(file, "", f"none of its {silent} objects tells of an exchange: {_NEEDS}", first or 1)

    def _heard(self, line: Line, file: str, reader: Reader) -> list[Heard]:
        if line.value is None:
            return []
        if otel.is_batch(line.value):
            told = (otel.heard_in(span, file, self.now, _BODY) for span in otel.spans_of(line.value))
            return [one for one in told if one is not None]
        heard = reader.read(line.value)
        return [heard] if heard is not None else []


_NEEDS: Final = "a method, a path and a status are needed (`evidence.fields` says what they are called)"
_UNKNOWN: Final = "neither HAR nor a Keploy test set, a log with a JSON object a line, or spans in OTLP's JSON"


def _first_object(stream: BinaryIO) -> bytes:
    """The first line that is an object by itself; empty where the file is a document and no log.

    Some servers say a word about themselves before their first entry.
    """
    for _ in range(_WORDS_BEFORE):
        line = stream.readline(LONGEST + 1)
        if is_line(line):
            return line
        if line.lstrip(_BLANKS)[:1] in (b"{", b"[", b""):
            return b""
    return b""


def _is_document(first: bytes) -> bool:
    """Whether a line that is an object is the whole of another file: an archive, or a call of Keploy's."""
    line = first[:4096].replace(b" ", b"")
    return line.startswith(b'{"log":{') or b'"version":"api.keploy.io/' in line


def _item(number: int, value: object) -> Line:
    return Line(number, value) if isinstance(value, dict) else Line(number, problem="not a JSON object")
