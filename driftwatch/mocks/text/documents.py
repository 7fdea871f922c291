"""Opens a mock file safely and remembers where everything in it stands."""

import codecs
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import inflate
from driftwatch.mocks.limits import MIB, Limits
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.strangers.binaries import kind_of_binary
from driftwatch.mocks.text import parsing
from driftwatch.mocks.text.fields import as_list, as_text
from driftwatch.mocks.text.json_text import Layout, Span
from driftwatch.mocks.text.lines import Lines
from driftwatch.mocks.text.nodes import Finder, Node, to_json
from driftwatch.mocks.text.opening import Drafts, content_of
from driftwatch.mocks.text.parsing import JSON_SUFFIXES, YAML_SUFFIXES, Syntax
from driftwatch.model.interaction import Ignored, Origin, Unreadable
from driftwatch.model.shape import escape

__all__ = ["Document", "Options", "Syntax", "open_document", "pointer"]

_HEAD: Final = 64 * 1024
"""Bytes of an unreadable file that are still looked at, to say whose file it is."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PACKED_SUFFIX: Final = ".zz"
"""Ruby's VCR writes compressed cassettes so (zlib, RFC 1950)."""
_LARGE: Final = 4 * MIB
"""Characters from which on a file is looked at from its beginning, and read entry by entry if its format can."""
_SEEN_OF_LARGE: Final = 256 * 1024
"""Characters of a large file that are searched for the marks of formats."""


class Options(Struct, frozen=True):
    """What the operator knows of the mocks beyond the files."""

    global_templating: bool = False
    """WireMock runs with ``--global-response-templating``."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Values for path parameters that no file gives."""
    now: datetime | None = None
    """The time of reading: a recording from the future has no date."""
    drafts: Drafts = field(default_factory=dict)
    """Contents that stand in for files."""


class Document(Struct):
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
    is_parsed: bool = True
    """``value`` is there. A large file has none until ``load``; ``head`` and ``each`` say what it holds."""
    _layout: Layout | None = None
    _lines: Lines | None = None
    _head: "Document | None" = None
    _finder: Finder | None = None
    _entry: tuple[tuple[Step, ...], Node | Layout] | None = None
    """The one entry of a large file whose places are known, and what leads to it."""

    @property
    def head(self) -> "Document":
        """The document itself; of a large one its beginning, with the first entries of each list."""
        if self.is_parsed:
            return self
        if self._head is not None:
            return self._head
        seen = parsing.beginning(self.text, self.syntax, self.limits)
        text = self.text[:_SEEN_OF_LARGE]
        self._head = replace(
            self,
            text=text,
            value=seen.value,
            tree=seen.tree,
            is_parsed=True,
            _layout=None,
            _lines=None,
            _finder=None,
        )
        return self._head

    def load(self) -> None:
        """Read the whole of a large document after all."""
        if not self.is_parsed and len(self.text) > self.limits.whole_bytes:
            reason = f"larger than {self.limits.whole_bytes:,} bytes, and not of a format that is read entry by entry"
            self.problem, self.text, self.is_parsed = Refusal(reason), self.text[:_HEAD], True
        if not self.is_parsed:
            parsed = parsing.parse(self.text, self.suffix, self.limits)
            self.syntax, self.value, self.tree, self.problem = parsed.syntax, parsed.value, parsed.tree, parsed.problem
            self.is_parsed = True

    def each(self, *above: Step) -> Iterator[object]:
        """The items of the list that ``above`` leads to; of a large document none is kept.

        Raises ``Refusal`` if something else stands there, or where a large document breaks off.
        """
        if self.is_parsed:
            yield from as_list(_at(self.value, above), *above)
            return
        for index, (value, node) in enumerate(parsing.each(self.text, self.syntax, self.limits, above)):
            if node is not None:
                self._entry = (*above, index), node
            yield value

    @property
    def node(self) -> Node:
        """The values with their places; names that stand twice are there twice. Raises ``Refusal``."""
        if self.tree is None:
            from driftwatch.mocks.text import tolerant_json  # noqa: PLC0415 - loaded on demand: most mocks are standard

            self.tree = tolerant_json.parse(self.text, self.limits.depth)
        return self.tree

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of the folders above the file, outermost first."""
        return PurePosixPath(self.file).parts[:-1]

    @property
    def suffix(self) -> str:
        """The file name's extension in lower case, with its dot."""
        # as pathlib has it, and ten times faster: every format asks
        name = self.file[self.file.rfind("/") + 1 :]
        dot = name.rfind(".")
        return name[dot:].lower() if 0 < dot < len(name) - 1 else ""

    def span(self, *steps: Step) -> Span:
        """The characters of one value. Raises ``LookupError`` if nothing stands there."""
        if self._is_laid_out:
            layout, below = self._nearest_layout(steps)
            return layout.span(below)
        node = self._find(steps)
        return node.start, node.end

    def source(self, *steps: Step) -> str:
        """One value as the file spells it. Raises ``LookupError``."""
        if self._is_laid_out:
            layout, below = self._nearest_layout(steps)
            return layout.source(below)
        start, end = self.span(*steps)
        return self.text[start:end]

    @property
    def _is_laid_out(self) -> bool:
        """Whether it is standard JSON, whose places are found when asked for."""
        return self.tree is None and self.syntax is Syntax.JSON

    @property
    def _has_no_nodes(self) -> bool:
        return self.tree is None and not isinstance(self._entry and self._entry[1], Node)

    def _nearest_layout(self, steps: tuple[Step, ...]) -> tuple[Layout, tuple[Step, ...]]:
        """The layout of the entry that is being read, or of the whole; and what leads on from there."""
        if self._entry is not None:
            above, entry = self._entry
            if isinstance(entry, Layout) and steps[: len(above)] == above:
                return entry, steps[len(above) :]
        if self._layout is None:
            self._layout = Layout(self.text)
        return self._layout, steps

    def scalar(self, *steps: Step) -> str:
        """One scalar as text, with the digits the file has: ``1.10`` is not ``1.1``. Raises ``LookupError``."""
        return self.source(*steps) if self._has_no_nodes else self._find(steps).text

    def spelled(self, value: object, *steps: Step) -> str:
        """The scalar ``value`` at ``steps`` as text, a number with the digits of the file. Raises ``Refusal``."""
        if type(value) in (int, float):
            try:
                return self.scalar(*steps)
            except LookupError:  # the place is not known in every notation
                pass
        return as_text(value, *steps)

    def json(self, *steps: Step) -> str:
        """One value as standard JSON with the number literals of the file. Raises ``LookupError``."""
        return self.source(*steps) if self._has_no_nodes else to_json(self._find(steps))

    def _find(self, steps: tuple[Step, ...]) -> Node:
        if not self.is_parsed:
            above, entry = self._entry or ((), None)
            is_inside = isinstance(entry, Node) and steps[: len(above)] == above
            node = entry.find(steps[len(above) :]) if isinstance(entry, Node) and is_inside else None
        else:
            if self._finder is None or self._finder.root is not self.node:
                self._finder = Finder(self.node)
            node = self._finder.find(steps)
        if node is None:
            raise LookupError(steps)
        return node

    def origin(self, *steps: Step) -> Origin:
        """Where a value stands, for a person; the nearest container if it stands nowhere itself."""
        kept = steps
        while kept:
            try:
                start, end = self.span(*kept)
            except LookupError:
                kept = kept[:-1]
            else:
                line, column = self.place(start)
                last, _ = self.place(end - 1) if end > start else (line, column)
                return Origin(self.file, pointer(steps), line, column, last)
        return Origin(self.file, pointer(steps), *self.place(self._start()))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines.place(offset)

    def line_start(self, line: int) -> int:
        """Where a line begins, the first being 1; the end of the text for one that is not there."""
        self.find_lines()
        return self._lines.start(line) if self._lines else 0

    def find_lines(self) -> None:
        """Find all lines at once, so that copies of this document need not do so each for itself."""
        self._lines = self._lines or Lines(self.text)
        self._lines.find()

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
    return "".join([f"/{step}" if isinstance(step, int) else f"/{escape(step)}" for step in steps])


def open_document(
    path: Path, root: Path, limits: Limits, options: Options, *, is_patient: bool = False, large: int = 0
) -> Document | Ignored | Unreadable:
    """Read and parse one file. A broken file is a document with a ``problem``, so that its format may claim it.

    ``is_patient``: whoever asks can wait for a large file's values (``Document.head``, ``each``, ``load``); ``large``
    says from how many characters on it is one, if not the usual number.
    """
    file = path.relative_to(root).as_posix()
    try:
        content = content_of(path, limits.file_bytes, options.drafts)
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
        if document.suffix not in JSON_SUFFIXES | YAML_SUFFIXES:
            return Ignored(file, kind_of_binary(content))
        wide = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        document.text = content[:_HEAD].decode(wide, "replace")
        document.problem = Refusal("not UTF-8: it holds zero bytes, as UTF-16 does, and has no byte order mark")
        return document
    if len(content) > limits.file_bytes:
        document.text = content[:_HEAD].decode(document.encoding, "replace")
        document.problem = Refusal(
            f"larger than {limits.file_bytes:,} bytes (`limits.file_size` of the config allows more)"
        )
        return document
    try:
        document.text = content[len(mark) :].decode(document.encoding)
    except UnicodeDecodeError as error:
        before = len(content[len(mark) : len(mark) + error.start].decode(document.encoding, "replace"))
        document.text = content[len(mark) :].decode(document.encoding, "replace")
        reason = f"not {document.encoding.upper()}: a wrong byte at offset {len(mark) + error.start}"
        document.problem = Refusal(reason, before)
        return document
    document.syntax = parsing.syntax_of(document.text, document.suffix)
    document.is_parsed = False
    if not is_patient or len(document.text) < (large or _LARGE) or document.syntax is Syntax.TEXT:
        document.load()
    return document


def _encoding(content: bytes) -> tuple[bytes, str]:
    return next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8"))


def _at(value: object, steps: tuple[Step, ...]) -> object:
    """What stands below a value; ``None`` if nothing does."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) and isinstance(step, str) else None
    return value
