"""Parts of a description and where they stand, across all the files it is spread over; ``$ref`` followed safely.

References lead to other places of the same file or to files below the mocks folder. Nothing is fetched, nothing outside
of the folder is opened, and a chain of references ends somewhere or is refused.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, open_document
from driftwatch.mocks.text.fields import as_text
from driftwatch.model.interaction import Ignored, Unreadable
from driftwatch.model.shape import unescape

_LONGEST_CHAIN: Final = 40
"""References from one to the next; every chain of public descriptions that ends has fewer than five."""
_MOST_FILES: Final = 1000
REFERENCE: Final = "$ref"

Key = tuple[str, tuple[Step, ...]]
"""A place among all files."""


class Part(Struct, frozen=True, eq=False):
    """One value and where it stands."""

    document: Document
    steps: tuple[Step, ...]
    value: object

    @property
    def key(self) -> Key:
        """Its place, to tell one part from another."""
        return self.document.file, self.steps

    @property
    def names(self) -> tuple[str, ...]:
        """The names of an object's members; none of anything else."""
        return tuple(self.value) if isinstance(self.value, dict) else ()

    def child(self, step: Step) -> "Part | None":
        """The member or item as it is written, reference or not; ``None`` if there is none."""
        match self.value, step:
            case dict() as members, str() if step in members:
                return Part(self.document, (*self.steps, step), members[step])
            case list() as items, int() if 0 <= step < len(items):
                return Part(self.document, (*self.steps, step), items[step])
            case _:
                return None

    def children(self) -> Iterator["Part"]:
        """The items of a list, or the values of an object's members."""
        match self.value:
            case list():
                places: list[Step] = list(range(len(self.value)))
            case dict():
                places = list(self.value)
            case _:
                places = []
        return (Part(self.document, (*self.steps, step), self.value[step]) for step in places)  # type: ignore[index]

    def has_text(self, name: str, text: str) -> bool:
        """Whether a member is this very text."""
        return isinstance(self.value, dict) and self.value.get(name) == text

    def is_marked(self, name: str) -> bool:
        """Whether a member says ``true``."""
        return isinstance(self.value, dict) and self.value.get(name) is True

    def text(self, name: str) -> str:
        """A member as text; empty if there is none or it is a container."""
        found = self.value.get(name) if isinstance(self.value, dict) else None
        return "" if isinstance(found, dict | list) else as_text(found)

    def spelt(self) -> str:
        """A scalar as the file spells it: an unquoted ``1.10`` is ``1.10``. Raises ``Refusal`` for a container."""
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            try:
                return self.document.scalar(*self.steps)
            except LookupError:
                return str(self.value)
        return as_text(self.value, *self.steps)


class Files:
    """The files of one description, each opened once."""

    def __init__(self, root: Document) -> None:
        self._root = root
        self._opened: dict[Path, Document] = {root.path.resolve(): root}

    @property
    def root(self) -> Part:
        """The whole first file."""
        return Part(self._root, (), self._root.value)

    def at(self, part: Part, *steps: Step) -> Part | None:
        """What stands below a part, references followed on the way and at the end; ``None`` if nothing does."""
        here: Part | None = self.follow(part)
        for step in steps:
            here = here.child(step) if here is not None else None
            here = self.follow(here) if here is not None else None
        return here

    def follow(self, part: Part) -> Part:
        """The part itself, or what its reference leads to in the end. Raises ``Refusal``."""
        for _ in range(_LONGEST_CHAIN):
            reference = reference_of(part)
            if not reference:
                return part
            part = self.target(part, reference)
        raise Refusal(f"`{reference[:120]}` leads from reference to reference without end")

    def target(self, part: Part, reference: str) -> Part:
        """What one reference leads to, itself perhaps a reference. Raises ``Refusal``."""
        name, _, fragment = reference.partition("#")
        document = self._open(name, part.document, reference) if name else part.document
        found: Part | None = Part(document, (), document.value)
        if fragment and not fragment.startswith("/"):
            raise Refusal(f"`{reference[:120]}` names an anchor, and only JSON Pointers are followed")
        for token in fragment.split("/")[1:]:
            found = self._step(found, unescape(unquote(token))) if found is not None else None
        if found is None:
            raise Refusal(f"`{reference[:120]}` leads nowhere")
        return found

    def _step(self, part: Part, token: str) -> Part | None:
        position = int(token) if token.isdecimal() and len(token) < 10 else -1
        step: Step = position if isinstance(part.value, list) else token
        found = part.child(step)
        if found is None and reference_of(part):
            return self.at(part, step)
        return found

    def _open(self, name: str, document: Document, reference: str) -> Document:
        if "://" in name or name.startswith("//"):
            raise Refusal(f"`{reference[:120]}` is an URL, and nothing is fetched")
        path = self._inside(unquote(name), document, reference)
        known = self._opened.get(path)
        if known is not None:
            return known
        if len(self._opened) >= _MOST_FILES:
            raise Refusal(f"the description is spread over more than {_MOST_FILES} files")
        root = document.root.resolve()
        opened = open_document(path, root, document.limits, document.options)
        if isinstance(opened, Ignored | Unreadable):
            raise Refusal(f"`{reference[:120]}` cannot be read: {opened.reason}")
        if opened.problem is not None:
            raise Refusal(f"`{reference[:120]}` cannot be read: {opened.problem.reason}")
        self._opened[path] = opened
        return opened

    def _inside(self, name: str, document: Document, reference: str) -> Path:
        """The file that a relative reference names, if it stands below the mocks folder."""
        if "\0" in name:
            raise Refusal(f"`{reference[:120]}` does not name a file")
        try:
            path = (document.path.parent / name).resolve()
            if not path.is_relative_to(document.root.resolve()):
                raise Refusal(f"`{reference[:120]}` leads out of the mocks folder")
            if not path.is_file():
                raise Refusal(f"`{reference[:120]}` names a file that is not there")
        except (OSError, RuntimeError, UnicodeError) as error:
            raise Refusal(f"`{reference[:120]}` names a file that cannot be opened") from error
        return path


def reference_of(part: Part) -> str:
    """The reference that a part is; empty if it is none."""
    found = part.value.get(REFERENCE) if isinstance(part.value, dict) else None
    return found if isinstance(found, str) else ""
