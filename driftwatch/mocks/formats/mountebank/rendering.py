"""Renders a mountebank config: puts included files in, never runs a script, and never leaves the mocks folder."""

import json
import re
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.formats.mountebank import ejs
from driftwatch.mocks.formats.mountebank.config import Config, Gap, Piece
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text, tolerant_json
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.nodes import to_value
from driftwatch.mocks.text.opening import content_of

_DEPTH: Final = 20
"""Files included by files."""
_MOST_PARTS: Final = 20_000
_QUOTE: Final = re.compile(r'(?<!\\)(?:\\\\)*"')


def open_config(document: Document) -> Config:
    """Render a config and parse it. Raises ``Refusal`` if that needs JavaScript, or if the outcome is no JSON."""
    is_plain = document.problem is None and document.syntax is Syntax.JSON
    if ejs.has_tags(document.text):
        try:
            return _Renderer(document).config()
        except Refusal:
            # as it stands the text is JSON: mountebank runs with --noParse, and a tag inside a string is no tag
            if not is_plain:
                raise
    if document.problem is not None:
        raise document.problem
    if not is_plain:
        raise Refusal("not JSON", 0)
    return Config(document, document)


class _Output(Struct):
    """Text as it grows."""

    texts: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    length: int = 0
    is_quoted: bool = False
    """Whether what comes next stands inside a JSON string."""
    is_config: bool = True
    """Else it is the text of one value, a template with quotes of its own."""

    def add(self, text: str, source: Document, offset: int, *, is_verbatim: bool = False) -> None:
        """Some more text, and where it came from."""
        self.pieces.append(Piece(self.length, source, offset, is_verbatim))
        self.texts.append(text)
        self.length += len(text)
        self.is_quoted ^= len(_QUOTE.findall(text)) % 2 == 1


class _Template(Struct, frozen=True):
    """A file that is rendered, and what it needs for that."""

    source: Document
    folder: Path
    """Where its ``include(…)`` look for files."""
    names: ejs.Names
    depth: int = 0


class _Renderer:
    """Puts the text together, file by file."""

    def __init__(self, root: Document) -> None:
        rendered = Document(root.file, root.path, root.root, options=root.options, limits=root.limits)
        self._config = Config(rendered, root)
        self._root = root
        self._parts = 0
        self._opened: dict[Path, Document] = {}

    def config(self) -> Config:
        """The rendered config, parsed."""
        output, config, document = _Output(), self._config, self._config.document
        self._render(_Template(self._root, self._root.path.parent, {}), output)
        config.pieces = output.pieces
        document.text, document.syntax = "".join(output.texts), Syntax.JSON
        try:
            document.value = json_text.decode(document.text)
        except (ValueError, RecursionError):
            self._parse_tolerantly(document)
        if json_text.is_deeper(document.value, document.limits.depth):
            raise Refusal(f"nested deeper than {document.limits.depth} levels")
        return config

    def _parse_tolerantly(self, document: Document) -> None:
        """Parse for the places' sake, or say where it breaks. A missing file is the likeliest cause."""
        if len(document.text) > document.limits.tolerant_bytes:
            raise Refusal("not standard JSON once its includes are put in")
        try:
            document.tree = tolerant_json.parse(document.text, document.limits.depth)
            document.value = to_value(document.tree)
        except Refusal as refusal:
            for gap in self._config.gaps:
                if gap.is_missing:
                    raise Refusal(gap.reason, gap.offset if gap.source is self._root else None) from refusal
            place = self._config.line(min(refusal.offset or 0, max(len(document.text) - 1, 0)))
            raise Refusal(f"not JSON once its includes are put in: {refusal.reason} ({place})", 0) from refusal

    def _render(self, template: _Template, output: _Output) -> None:
        source = template.source
        if template.depth > _DEPTH:
            raise Refusal(f"includes nested deeper than {_DEPTH} files, as if a file included itself")
        try:
            for part in ejs.parts(source.text, template.names):
                self._parts += 1
                self._part(part, template, output)
                if self._parts > _MOST_PARTS or output.length > self._root.limits.whole_bytes:
                    raise Refusal("too large once its includes are put in")
        except Refusal as refusal:
            if source is self._root or refusal.offset is None:
                raise
            raise Refusal(f"{refusal.reason} ({source.file}, line {source.place(refusal.offset)[0]})") from refusal

    def _part(self, part: ejs.Part, template: _Template, output: _Output) -> None:
        source = template.source
        match part:
            case ejs.Literal(start, end):
                output.add(source.text[start:end], source, start, is_verbatim=True)
            case ejs.Value(start, text):
                output.add(text, source, start)
            case ejs.Hole(start, script):
                self._gap(Gap(f"a script computes it: {script}", False, source, start), output)
            case ejs.Include(start):
                try:
                    included = self._open(part, template)
                except Refusal as refusal:
                    self._gap(Gap(refusal.reason, True, source, start), output)
                    return
                self._config.included[included.source.file] = None
                if part.is_string:
                    self._stringify(part, included, source, output)
                else:
                    self._render(included, output)

    def _stringify(self, part: ejs.Include, included: _Template, source: Document, output: _Output) -> None:
        """A file as the inside of a JSON string."""
        inner = _Output(is_config=False)
        self._render(included, inner)
        start = output.length
        output.add(json.dumps("".join(inner.texts).strip(), ensure_ascii=False)[1:-1], source, part.start)
        if not ejs.has_tags(included.source.text):
            self._config.bodies[start, output.length] = included.source.file

    def _gap(self, gap: Gap, output: _Output) -> None:
        """A mark in place of a value, in quotes where the config would be no JSON without."""
        is_bare = output.is_config and not output.is_quoted
        output.add(self._config.mark(gap, is_bare=is_bare), gap.source, gap.offset)

    def _open(self, part: ejs.Include, template: _Template) -> _Template:
        """The file of an include. ``stringify``, and what it reads, look for files beside the root file."""
        home = self._root.path.parent
        name = part.file.replace("\\", "/")
        if part.is_string:
            folder, name, names = home, name.lstrip("/"), part.names
        else:
            folder, names = (
                template.source.path.parent if part.is_old else template.folder,
                {**template.names, **part.names},
            )
            name = name if Path(name).suffix else f"{name}.ejs"
        source = self._document(folder, name, part.file)
        below = home if part.is_string else template.folder if part.is_old else source.path.parent
        return _Template(source, below, names, template.depth + 1)

    def _document(self, folder: Path, name: str, shown: str) -> Document:
        if "\0" in name or not name:
            raise Refusal("the name of an included file is no file name")
        try:
            path = (folder / name).resolve()
            if not path.is_relative_to(self._root.root.resolve()):
                raise Refusal(f"includes `{shown}`, which is outside of the mocks folder")
            if path not in self._opened:
                self._opened[path] = self._read(path)
        except (OSError, RuntimeError, UnicodeError) as error:
            raise Refusal(f"includes `{shown}`, which is not there or cannot be opened") from error
        return self._opened[path]

    def _read(self, path: Path) -> Document:
        root, limits = self._root.root, self._root.limits
        if not path.is_file():
            raise FileNotFoundError(path)
        content = content_of(path, limits.whole_bytes, self._root.options.drafts)
        if len(content) > limits.whole_bytes:
            raise Refusal(f"includes a file of more than {limits.whole_bytes:,} bytes")
        text = content.decode("utf-8-sig", "replace")
        return Document(path.relative_to(root.resolve()).as_posix(), path, root, text, limits=limits)
