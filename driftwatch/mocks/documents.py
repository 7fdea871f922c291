"""Opens a mock file safely and remembers where everything in it stands."""

import codecs
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from io import StringIO
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import Final

from driftwatch.mocks import json_text, tolerant_json, yaml_text
from driftwatch.mocks.bodies import inflate
from driftwatch.mocks.json_text import Layout, Span
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.nodes import Kind, Node, to_json, to_value
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.model.interaction import Ignored, Origin, Unreadable
from driftwatch.model.shape import escape

_HEAD: Final = 64 * 1024
"""Bytes of an unreadable file that are still looked at, to say whose file it is."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_JSON_SUFFIXES: Final = frozenset([".json", ".har"])
_YAML_SUFFIXES: Final = frozenset([".yaml", ".yml"])
_PACKED_SUFFIX: Final = ".zz"
"""Ruby's VCR writes compressed cassettes so (zlib, RFC 1950)."""
_JSON_START: Final = re.compile(r"\s*[{\[]")
_YAML_START: Final = re.compile(r"""(?:\s*(?:\#[^\n]*)?\n)*(?:---|%YAML|-\s|["']?[\w.-]+["']?:(?:\s|$))""")


class Syntax(Enum):
    """The notation a document is written in."""

    JSON = "JSON"
    YAML = "YAML"
    TEXT = "text"
    """Neither: recordings of raw answers, notes, scripts."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator knows of the mocks beyond the files."""

    global_templating: bool = False
    """WireMock runs with ``--global-response-templating``."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Values for path parameters that no file gives."""
    now: datetime | None = None
    """The time of reading: a recording from the future has no date."""


@dataclass(slots=True)
class Document:
    """One file, decoded and parsed. Offsets count characters of ``text``, which begins after a byte order mark."""

    file: str
    """Path below the mocks folder, with ``/``."""
    path: Path
    root: Path
    """The mocks folder; nothing outside is opened on a file's behalf."""
    text: str = ""
    syntax: Syntax = Syntax.TEXT
    value: object = None
    problem: Refusal | None = None
    """Why there is no value, or no whole text. ``text`` then holds what can be shown of the file's beginning."""
    encoding: str = "utf-8"
    has_mark: bool = False
    """The file begins with a byte order mark, which belongs there when it is written again."""
    is_packed: bool = False
    """The file is compressed, and ``text`` is what was in it."""
    options: Options = field(default_factory=Options)
    limits: Limits = field(default_factory=Limits)
    tree: Node | None = None
    """The values with their places, where reading them has already found them."""
    _layout: Layout | None = None
    _line_ends: list[int] | None = None

    @property
    def node(self) -> Node:
        """The values with their places; names that stand twice are there twice. Raises ``Refusal``."""
        if self.tree is None:
            self.tree = tolerant_json.parse(self.text, self.limits.depth)
        return self.tree

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of the folders above the file, outermost first."""
        return PurePosixPath(self.file).parts[:-1]

    @property
    def suffix(self) -> str:
        """The file name's extension in lower case, with its dot."""
        return PurePosixPath(self.file).suffix.lower()

    def span(self, *steps: Step) -> Span:
        """The characters of one value. Raises ``LookupError`` if nothing stands there."""
        if self.tree is None and self.syntax is Syntax.JSON:
            if self._layout is None:
                self._layout = Layout(self.text)
            return self._layout.span(steps)
        node = self.node.find(steps)
        if node is None:
            raise LookupError(steps)
        return node.start, node.end

    def source(self, *steps: Step) -> str:
        """One value as the file spells it. Raises ``LookupError``."""
        start, end = self.span(*steps)
        return self.text[start:end]

    def scalar(self, *steps: Step) -> str:
        """One scalar as text, with the digits the file has: ``1.10`` is not ``1.1``. Raises ``LookupError``."""
        if self.tree is None:
            return self.source(*steps)
        node = self.tree.find(steps)
        if node is None:
            raise LookupError(steps)
        return node.text

    def json(self, *steps: Step) -> str:
        """One value as standard JSON with the number literals of the file. Raises ``LookupError``."""
        if self.tree is None:
            return self.source(*steps)
        node = self.tree.find(steps)
        if node is None:
            raise LookupError(steps)
        return to_json(node)

    def origin(self, *steps: Step) -> Origin:
        """Where a value stands, for a person; the nearest container if it stands nowhere itself."""
        kept = steps
        while kept:
            try:
                line, column = self.place(self.span(*kept)[0])
            except LookupError:
                kept = kept[:-1]
            else:
                return Origin(self.file, pointer(steps), line, column)
        return Origin(self.file, pointer(steps), *self.place(self._start()))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        if self._line_ends is None:
            ends = list(accumulate(map(len, StringIO(self.text, newline="\n"))))
            # where a file ends in the middle of a line, its end belongs to that line
            self._line_ends = ends if self.text.endswith("\n") else ends[:-1]
        line = bisect_right(self._line_ends, offset)
        return line + 1, offset - (self._line_ends[line - 1] if line else 0) + 1

    def unreadable(self, format_name: str, refusal: Refusal, *steps: Step) -> Unreadable:
        """A refusal with its place: the whole file, or the stub at ``steps`` and the line of what is wrong in it."""
        if refusal.offset is not None:
            line = self.place(refusal.offset)[0]
        else:
            line = self.origin(*steps, *refusal.steps).line if self.problem is None else 1
        return Unreadable(self.file, format_name, refusal.reason, line, pointer(steps))

    def _start(self) -> int:
        return self.tree.start if self.tree else len(self.text) - len(self.text.lstrip())


def pointer(steps: tuple[Step, ...]) -> str:
    """The JSON Pointer (RFC 6901) of what ``steps`` lead to."""
    return "".join(f"/{escape(str(step))}" for step in steps)


def open_document(path: Path, root: Path, limits: Limits, options: Options) -> Document | Ignored | Unreadable:
    """Read and parse one file. A broken file is a document with a ``problem``, so that its format may claim it."""
    file = path.relative_to(root).as_posix()
    try:
        with path.open("rb") as stream:
            content = stream.read(limits.file_bytes + 1)
    except OSError as error:
        return Unreadable(file, "", f"cannot be opened: {error.strerror or type(error).__name__}")
    document = Document(file, path, root, options=options, limits=limits)
    if document.suffix == _PACKED_SUFFIX:
        document.is_packed = True
        try:
            content = inflate(content, "", "deflate", limits.file_bytes)
        except Refusal as refusal:
            document.problem = Refusal(refusal.reason.replace("stored body", "compressed file"))
            return document
    mark, document.encoding = _encoding(content)
    document.has_mark = bool(mark)
    if not mark and b"\0" in content[:_HEAD]:
        if document.suffix not in _JSON_SUFFIXES | _YAML_SUFFIXES:
            return Ignored(file, "a binary file")
        wide = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        document.text = content[:_HEAD].decode(wide, "replace")
        document.problem = Refusal("not UTF-8: it holds zero bytes, as UTF-16 does, and has no byte order mark")
        return document
    if len(content) > limits.file_bytes:
        document.text = content[:_HEAD].decode(document.encoding, "replace")
        document.problem = Refusal(f"larger than {limits.file_bytes:,} bytes")
        return document
    try:
        document.text = content[len(mark) :].decode(document.encoding)
    except UnicodeDecodeError as error:
        before = len(content[len(mark) : len(mark) + error.start].decode(document.encoding, "replace"))
        document.text = content[len(mark) :].decode(document.encoding, "replace")
        reason = f"not {document.encoding.upper()}: a wrong byte at offset {len(mark) + error.start}"
        document.problem = Refusal(reason, before)
        return document
    _parse(document)
    return document


def _encoding(content: bytes) -> tuple[bytes, str]:
    return next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8"))


def _parse(document: Document) -> None:
    try:
        if _looks_like_json(document):
            _parse_json(document)
        elif document.suffix in _YAML_SUFFIXES or _YAML_START.match(document.text):
            _parse_yaml(document)
    except RecursionError:
        document.problem = Refusal(f"nested deeper than {document.limits.depth} levels")
    except Refusal as refusal:
        document.problem = refusal
        if document.syntax is Syntax.YAML and document.suffix not in _YAML_SUFFIXES:
            document.syntax, document.problem = Syntax.TEXT, None


def _looks_like_json(document: Document) -> bool:
    if document.suffix in _JSON_SUFFIXES:
        return True
    return document.suffix not in _YAML_SUFFIXES and _JSON_START.match(document.text) is not None


def _parse_json(document: Document) -> None:
    document.syntax = Syntax.JSON
    text, limits = document.text, document.limits
    try:
        document.value = json_text.decode(text)
    except RecursionError:
        raise
    except ValueError as error:
        if len(text) > limits.tolerant_bytes:
            raise Refusal(f"not standard JSON: {getattr(error, 'msg', error)}", getattr(error, "pos", None)) from error
        document.tree = tolerant_json.parse(text, limits.depth)
        document.value = to_value(document.tree)
    else:
        brackets = text.count("{") + text.count("[")
        if brackets > limits.depth and json_text.is_deeper(document.value, limits.depth):
            document.value = None
            raise Refusal(f"nested deeper than {limits.depth} levels")


def _parse_yaml(document: Document) -> None:
    document.syntax = Syntax.YAML
    nodes = yaml_text.parse(document.text, document.limits)
    document.tree = nodes[0] if nodes else Node(Kind.NULL, 0, 0)
    document.value = to_value(document.tree)
