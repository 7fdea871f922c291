"""Which mocks answer a request, where a test's record says no more than what was asked.

Hosts are not compared: a test asks ``localhost`` or a made-up name, and a mock file mostly names none.
"""

from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar
from urllib.parse import unquote, urlsplit


class Asked(Protocol):
    """A mock, as far as it says what it answers."""

    @property
    def method(self) -> str:
        """Of its request."""
        ...

    @property
    def path(self) -> str:
        """Of its request; empty if only the template is known."""
        ...

    @property
    def path_template(self) -> str:
        """With its identifiers named, in braces."""
        ...


A = TypeVar("A", bound=Asked)


class Answers(Generic[A]):
    """Mocks by what they answer, for many questions."""

    def __init__(self, mocks: Iterable[A]) -> None:
        self._paths: dict[str, list[A]] = {}
        self._templates: dict[int, dict[tuple[str, ...], list[A]]] = {}
        for one in mocks:
            template = unquote(one.path_template)
            for path in {unquote(one.path), template}:
                self._paths.setdefault(path, []).append(one)
            if "{" in template:  # recordings have very many mocks of one template
                parts = tuple(template.split("/"))
                self._templates.setdefault(len(parts), {}).setdefault(parts, []).append(one)

    def to(self, method: str, url: str) -> Sequence[A]:
        """Those of the very path, if there are such; else those whose template leaves the least of it open."""
        path = _path_of(url)
        if same := _of_method(self._paths.get(path, ()), method):
            return same
        parts = path.split("/")
        fits: dict[int, list[A]] = {}
        for template, mocks in self._templates.get(len(parts), {}).items():
            number = _open(template, parts)
            if number is not None and (mine := _of_method(mocks, method)):
                fits.setdefault(number, []).extend(mine)
        return fits[min(fits)] if fits else ()


def _of_method(mocks: Sequence[A], method: str) -> list[A]:
    wanted = method.upper()
    return [one for one in mocks if not wanted or one.method.upper() == wanted]


def _path_of(url: str) -> str:
    try:
        return unquote(urlsplit(url).path) or "/"
    except ValueError:  # no URL at all: a stranger wrote it
        return url


def _open(template: Sequence[str], parts: Sequence[str]) -> int | None:
    """How many parts of a path a template of as many parts leaves open; ``None`` if it does not fit."""
    number = 0
    for wanted, part in zip(template, parts, strict=True):
        before, brace, rest = wanted.partition("{")
        if not brace:
            if wanted != part:
                return None
        elif not part or not part.startswith(before) or not part.endswith(rest.rpartition("}")[2]):
            return None
        else:
            number += 1
    return number
