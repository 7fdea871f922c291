"""Values of staging made fit for a file: no person, no secret, no live id; plausible, and the same in every run.

What a value is, is told by the name of its member first and by its look second (``stand_ins/``). The stand-in keeps
type, format and about the length. It is drawn from a seed, the place and what kind of value it is, never from the value
itself, so that who heals twice writes the same file. Words of programs (``PAID``), amounts and truth values stay.
"""

from collections.abc import Iterable
from typing import Final

from driftwatch.heal.stand_ins import bodies, headers, numbers
from driftwatch.heal.stand_ins.looks import is_key
from driftwatch.heal.stand_ins.naming import Meaning, meaning
from driftwatch.heal.stand_ins.register import Register
from driftwatch.heal.stand_ins.texts import Texts
from driftwatch.heal.stand_ins.ways import decoded, encoded
from driftwatch.model.interaction import Query
from driftwatch.model.shape import ITEM, join, unescape

_DEEPEST: Final = 200
"""Levels of a document: those that readers accept have fewer."""


def stand_in(value: object, path: str, seed: str) -> object:
    """A JSON value with everything sensitive in it replaced.

    ``path`` is the JSON Pointer of its place, ``*`` for items. Raises ``ValueError`` for a value that is nested too
    deeply.
    """
    return Disguise(seed).value(value, path)


class Disguise:
    """The stand-ins of one recording: the same real value has the same one wherever it comes."""

    def __init__(self, seed: str, names: Iterable[str] = (), keeps: Iterable[str] = ()) -> None:
        """Of which seed; with further ``names`` that hold secrets, and those whose values it ``keeps`` as they are.

        Both are names of members, headers or parameters, or JSON Pointers with ``*`` for items, and mean all that is
        below them.
        """
        self._secret = _Named(names)
        self._kept = _Named(keeps)
        self._register = Register(seed)
        self._texts = Texts(self._register, self._document)

    def keep(self, identifiers: Iterable[str]) -> None:
        """These stay as they are, wherever an identifier stands; a secret or a person of that spelling does not."""
        for identifier in identifiers:
            self._register.keep(identifier)

    def value(self, value: object, path: str = "") -> object:
        """A JSON value that stands at a place. Raises ``ValueError`` if it is nested too deeply."""
        self._document(value, path)  # first to learn what is sensitive: it may stand before the name that says so
        self._register.arrange()
        return self._document(value, path)

    def header(self, name: str, text: str) -> str:
        """A header's value."""
        lowered = name.lower()
        if self._kept.has(join("", lowered)):
            return text
        if self._secret.has(join("", lowered)):
            return self._texts.disguised(text, "", Meaning.SECRET)
        headers.disguised(self._texts, lowered, text)
        self._register.arrange()
        return headers.disguised(self._texts, lowered, text)

    def text(self, body: str, media_type: str = "") -> str:
        """A whole body: JSON, a form, XML and HTML keep their form.

        Other text becomes words of no weight, and so does a document that is nested too deeply.
        """
        return bodies.disguised(body, media_type, self.value)

    def path(self, path: str, template: str = "") -> str:
        """A path whose identifiers are replaced: in the open places of the template, and where one looks like one."""
        segments, wanted = path.split("/"), template.split("/")
        if len(segments) != len(wanted):
            return self._texts.way(path)
        return "/".join(self._segment(segment, part) for segment, part in zip(segments, wanted, strict=True))

    def query(self, pairs: Query) -> Query:
        """Decoded pairs of a query."""
        return tuple(self._pair(name, value) for name, value in pairs)

    def _pair(self, name: str, value: str) -> tuple[str, str]:
        if not value:  # a name alone is one, or all there is of a signature
            return self._name(name, ""), value
        return name, str(self._scalar(self.value(value, join("", name)), value))

    def _segment(self, segment: str, part: str) -> str:
        if "{" not in part:
            return segment if segment == part else self._texts.way(segment)
        place = join("", part.partition("{")[2].partition("}")[0])
        plain = decoded(segment)
        other = self._texts.identified(plain, place, self._sense(place))
        return segment if other == plain else encoded(other)

    @staticmethod
    def _scalar(value: object, fallback: str) -> object:
        return value if isinstance(value, str) else fallback

    def _document(self, value: object, path: str) -> object:
        return self._walk(value, path, 0, is_secret=False)

    def _walk(self, value: object, path: str, depth: int, *, is_secret: bool) -> object:
        if depth > _DEEPEST:
            raise ValueError("the value is nested too deeply to be made fit for a file")
        if value is None or isinstance(value, bool) or self._kept.has(path):
            return value
        sense = Meaning.SECRET if is_secret else self._sense(path)
        is_secret = sense is Meaning.SECRET
        if isinstance(value, dict):
            return {
                self._name(name, path): self._walk(
                    part, join(path, ITEM if is_key(name) else name), depth + 1, is_secret=is_secret
                )
                for name, part in value.items()
            }
        if isinstance(value, list):
            return [self._walk(part, f"{path}/{ITEM}", depth + 1, is_secret=is_secret) for part in value]
        if isinstance(value, str):
            return self._texts.disguised(value, path, sense)
        if isinstance(value, int | float):
            return numbers.disguised(self._register, value, path, sense)
        raise TypeError(f"{type(value).__name__} is no JSON value")

    def _name(self, name: str, path: str) -> str:
        if is_key(name):
            return self._texts.disguised(name, join(path, ITEM), Meaning.IDENTIFIER)
        return name if name.isidentifier() else self._register.known(name) or name

    def _sense(self, path: str) -> Meaning:
        return Meaning.SECRET if self._secret.has(path) else meaning(path)


class _Named:
    """Places that an operator named."""

    def __init__(self, names: Iterable[str]) -> None:
        given = tuple(names)
        self._names = frozenset(name.lower() for name in given if not name.startswith("/"))
        self._pointers = tuple(name for name in given if name.startswith("/"))

    def has(self, path: str) -> bool:
        """Whether a place is one of them, or below one of the pointers."""
        if self._names and unescape(_member(path)).lower() in self._names:
            return True
        return bool(self._pointers) and any(
            path == pointer or path.startswith(f"{pointer}/") for pointer in self._pointers
        )


def _member(path: str) -> str:
    """The last step that is a name: items of a list go by the name of the list."""
    while path.endswith(f"/{ITEM}"):
        path = path.removesuffix(f"/{ITEM}")
    return path.rpartition("/")[2]
