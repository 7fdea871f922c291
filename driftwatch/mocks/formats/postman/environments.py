"""Environments and globals: values for variables, by the folder in which the collections lie that see them."""

import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.requests import split_target
from driftwatch.mocks.formats.postman.nearby import OWN_FOLDER
from driftwatch.mocks.formats.postman.spelled import read_pairs
from driftwatch.mocks.formats.postman.variables import Layer, layer_of
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object, as_text
from driftwatch.model.interaction import Grade

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PATH: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?[^/]*/.|.*[{}]", re.DOTALL)
"""What holds a path, or may hold one."""


class Scope(Struct, frozen=True):
    """One file of values."""

    name: str
    values: dict[str, str]
    secrets: tuple[str, ...] = ()
    """Never shown, never sent."""


class Scopes(Struct):
    """All environments, or all globals, of a mocks folder."""

    word: str
    """What one of them is called."""
    _by_folder: dict[PurePosixPath, list[Scope]] = field(default_factory=lambda: defaultdict(list))
    _layers: dict[PurePosixPath, Layer | None] = field(default_factory=dict)

    def add(self, document: Document) -> None:
        """Take a file in. Raises ``Refusal``."""
        fields = as_object(document.value)
        pairs = read_pairs(fields.get("values"), document, "values")
        secrets = tuple(pair.name for pair in pairs if pair.is_secret)
        values = {pair.name: pair.value or "" for pair in pairs if pair.name not in secrets}
        folder = PurePosixPath(document.file).parent
        if OWN_FOLDER.fullmatch(folder.name):
            folder = folder.parent
        name = as_text(fields.get("name"), "name") or PurePosixPath(document.file).name
        self._by_folder[folder].append(Scope(name, values, secrets))

    def layer(self, folder: PurePosixPath) -> Layer | None:
        """What a collection in ``folder`` sees: the scopes of the nearest folder that has any."""
        if folder not in self._layers:
            places = (folder, *folder.parents)
            scopes = next((self._by_folder[place] for place in places if place in self._by_folder), None)
            self._layers[folder] = self._merged(scopes) if scopes else None
        return self._layers[folder]

    def _merged(self, scopes: list[Scope]) -> Layer:
        """Several scopes as one: who of them is active only a person knows, so they count where they agree."""
        word = f"the {self.word} `{scopes[0].name}`" if len(scopes) == 1 else f"the {self.word}s"
        values: dict[str, dict[str, None]] = defaultdict(dict)
        for scope in scopes:
            for name, value in scope.values.items():
                values[name].update({value: None} if value else {})
        agreed = {name: next(iter(found)) for name, found in values.items() if found and _is_one(list(found))}
        secrets = [name for scope in scopes for name in scope.secrets]
        layer = layer_of(word, agreed, secrets, Grade.EXAMPLE)
        differing = {
            name: f"{word} give `{{{{{name}}}}}` different values; give it one in `variables`"
            for name, found in values.items()
            if found and name not in agreed and name not in layer.refused
        }
        hosts = frozenset(name for name in differing if not any(map(_PATH.match, values[name])))
        return Layer(word, layer.values, {**layer.refused, **differing}, layer.grade, hosts)


def _is_one(values: list[str]) -> bool:
    """Whether values say the same: addresses do if their paths are equal, since no host of a mock is ever asked."""
    if len(values) == 1:
        return True
    if not all(map(_URL.match, values)):
        return False
    return len({split_target(value).path.rstrip("/") for value in values}) == 1
