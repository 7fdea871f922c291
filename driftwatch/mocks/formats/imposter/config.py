"""One Imposter config: a plugin and its resources, from one YAML document of a file or from a whole JSON file.

Imposter 5 loads files called ``*-config.yaml``, ``*-config.yml`` and ``*-config.json``, and takes every document of a
YAML stream for a config of its own (``parseMultipleYAMLDocuments``).
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.formats.imposter.placeholders import Texts
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import yaml_text
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.mocks.text.nodes import Kind
from driftwatch.model.interaction import Origin, Unreadable

NAME: Final = "imposter"
PLUGINS: Final = (
    "rest", "openapi", "soap", "hbase", "sfdc", "grpc", "websocket", "wiremock", "swaggerui", "oidc",
)  # fmt: skip
_CLASS: Final = re.compile(r"[a-z.]{0,100}gatehill\.imposter\.plugin\.(\w{1,40})\.\w{1,100}")
"""How version 1 named a plugin."""
_FILE: Final = re.compile(r"-config\.(?:ya?ml|json)\Z")
_MARKER: Final = re.compile(r"(?m)^---(?=\s|\Z)")
_MOST: Final = 1000
"""Documents in one file."""


class Config(Struct, frozen=True):
    """One plugin and what it serves."""

    document: Document
    """The file, with this config's own values and places."""
    fields: Object
    """Its members, every scalar as text with the placeholders filled."""
    plugin: str
    pointer: str = ""
    """The document's position in a stream of several, as if the stream were a list."""

    def text(self, name: str) -> str:
        """One member as text; empty if it is not there."""
        return as_text(self.fields.get(name), name)

    def is_set(self, name: str) -> bool:
        """Whether a switch is on."""
        return flag(self.fields.get(name))

    def origin(self, *steps: Step) -> Origin:
        """Where a value stands."""
        found = self.document.origin(*steps)
        return replace(found, pointer=f"{self.pointer}{found.pointer}")

    def unreadable(self, refusal: Refusal, *steps: Step) -> Unreadable:
        """A refusal with its place."""
        found = self.document.unreadable(NAME, refusal.below(steps), *steps)
        return replace(found, pointer=f"{self.pointer}{found.pointer}")


def is_named(file: str) -> bool:
    """Whether Imposter would load a file of this name."""
    return _FILE.search(file) is not None


def plugin_of(value: object) -> str:
    """The plugin that a config names; empty if it names none that is known."""
    if not isinstance(value, dict) or not isinstance(value.get("plugin"), str):
        return ""
    plugin = value["plugin"]
    match = _CLASS.fullmatch(plugin)
    name = match.group(1) if match else plugin
    return name if name in PLUGINS else ""


def flag(value: object) -> bool:
    """A switch as the engine's YAML reader takes it."""
    return isinstance(value, str) and value.lower() in ("true", "yes", "on", "y")


def configs(document: Document) -> Iterator[Config | Unreadable]:
    """The configs of one file that parses, in their order."""
    found = list(parts(document))
    for index, part in enumerate(found):
        pointer = f"/{index}" if len(found) > 1 else ""
        try:
            fields = as_object(Texts(part).value())
            plugin = plugin_of(fields)
            if not plugin:
                named = (
                    f"`{as_text(fields['plugin'], 'plugin')[:40]}`, which is not known"
                    if "plugin" in fields
                    else "none"
                )
                raise Refusal(f"a config must name its plugin, for instance `plugin: rest`; this one names {named}")
            yield Config(part, fields, plugin, pointer)
        except Refusal as refusal:
            unreadable = part.unreadable(NAME, refusal)
            yield replace(unreadable, pointer=f"{pointer}{unreadable.pointer}")


def parts(document: Document) -> Iterator[Document]:
    """The documents of a stream that hold something; a file that is no stream is its own only part."""
    if document.syntax is not Syntax.YAML or document.tree is None:
        if len(document.text) > document.limits.tolerant_bytes:
            raise Refusal(f"a JSON config of more than {document.limits.tolerant_bytes:,} characters")
        yield replace(document, tree=document.node)
        return
    if not _MARKER.search(document.text, document.tree.start):
        yield document
        return
    if sum(1 for _ in islice(_MARKER.finditer(document.text), _MOST + 1)) > _MOST:
        raise Refusal(f"more than {_MOST:,} documents in one file")
    document.find_lines()  # so that the parts need not find the lines again, each for itself
    for node in yaml_text.parse(document.text, document.limits):
        if node.kind is not Kind.NULL:
            yield replace(document, tree=node)
