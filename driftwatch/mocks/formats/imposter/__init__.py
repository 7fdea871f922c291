"""Imposter configs: a plugin, its resources, and the response files beside them.

Facts from imposter-project/imposter-go @ 6bd48bc4 (version 5: ``internal/config``, ``matcher``, ``pipeline``,
``response``, ``template``), its manual in imposter-project/imposter @ 488e8403, and imposter-project/examples @
e1d1361. Version 4 and older are read as the manual says that version 5 takes them (``upgrade_v5.md``).

The configs of one folder are one server. What an ``openapi`` config answers from stands in its API description, which
is read on its own; a resource in the config is read here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.answers.attached import read_attached
from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.imposter.config import NAME, PLUGINS, Config, configs, flag, is_named, plugin_of
from driftwatch.mocks.formats.imposter.precedence import settle
from driftwatch.mocks.formats.imposter.resource import Resource, Rule, read_pattern, read_resource
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import as_list, as_object
from driftwatch.model.interaction import Ignored, Unreadable

__all__ = ["NAME", "home", "read", "recognises", "serve"]

_VALUE: Final = rf"[\"']?\s*:\s*[\"']?(?:{'|'.join(PLUGINS)}|[\w.]{{1,100}}imposter[\w.]{{1,100}})[\"']?(?=[\s,}}#]|\Z)"
_PLUGIN: Final = re.compile(rf"(?m)(?:^[\"']?|[{{,]\s*\")plugin{_VALUE}")
_OTHERS: Final = re.compile(r"(?m)^[ \t]*[\"']?(?:resources|response|specFile|wsdlFile|interceptors)[\"']?\s*:")
_MEMBERS: Final = ("resources", "response", "path", "specFile", "wsdlFile", "interceptors", "protoFiles")
_NO_MOCK: Final = {
    "swaggerui": "shows an API description to people, and is no mock",
    "wiremock": "only says that WireMock's mappings are served; they are read themselves",
}


def recognises(document: Document) -> bool:
    """A config by its plugin and what belongs to one; a broken one by its marks."""
    if document.problem is not None:
        is_likely = is_named(document.file) or _OTHERS.search(document.text) is not None
        return is_likely and _PLUGIN.search(document.text) is not None
    if document.syntax is Syntax.TEXT or not isinstance(document.value, dict):
        return False
    if plugin_of(document.value):
        return is_named(document.file) or any(name in document.value for name in _MEMBERS)
    return _is_foreign_config(document)


def _is_foreign_config(document: Document) -> bool:
    """A config of a plugin that is not known."""
    value = document.value
    resources = value.get("resources") if isinstance(value, dict) and isinstance(value.get("plugin"), str) else None
    first = resources[0] if is_named(document.file) and isinstance(resources, list) and resources else None
    return isinstance(first, dict) and "path" in first


def read(document: Document) -> Iterator[Stub]:
    """The resources of one file alone, as if no other file belonged to its server."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:
    """The folder: by default Imposter loads the configs of one folder and not those below it."""
    return "/".join(document.folders)


def serve(home: str) -> "Imposter":  # noqa: ARG001 - all files of a server are in its folder
    """A server without resources."""
    return Imposter()


class Imposter:
    """One server: the resources of all configs in a folder, among which one answers."""

    def __init__(self) -> None:
        self._resources: list[Resource] = []
        self._interceptors: list[Rule] = []
        self._ids: Counter[str] = Counter()

    def add(self, document: Document) -> Iterator[Stub]:
        """Read a file's configs; what is no resource, or cannot be read, comes out at once."""
        if document.problem is not None:
            yield document.unreadable(NAME, document.problem)
            return
        try:
            found = list(configs(document))
        except Refusal as refusal:
            yield document.unreadable(NAME, refusal)
            return
        for index, config in enumerate(found):
            if isinstance(config, Unreadable):
                yield config
            else:
                yield from self._add(config, index)

    def close(self) -> Iterator[Stub]:
        """All resources, each with what stands in front of it."""
        return settle(self._resources, self._interceptors)

    def _add(self, config: Config, index: int) -> Iterator[Stub]:
        file = config.document.file
        if config.plugin in _NO_MOCK:
            yield Ignored(file, _NO_MOCK[config.plugin])
            return
        try:
            resources = _entries(config, "resources")
            interceptors = _entries(config, "interceptors")
        except Refusal as refusal:
            yield config.unreadable(refusal)
            return
        yield from self._intercept(config, index, interceptors)
        if _is_resource(config, bool(resources)):
            resources.append(((), config.fields))
        for position, (steps, value) in enumerate(resources):
            try:
                resource = read_resource(value, config, (index, position), *steps)
            except Refusal as refusal:
                yield config.unreadable(refusal, *steps)
            else:
                self._resources.append(self._unique(resource))
        yield from _referred(config, is_empty=not resources)

    def _unique(self, resource: Resource) -> Resource:
        mock_id = resource.rule.mock_id
        self._ids[mock_id] += 1
        ordinal = self._ids[mock_id]
        return resource if ordinal == 1 else resource.renamed(f"{mock_id}-{ordinal}")

    def _intercept(self, config: Config, index: int, entries: list[tuple[tuple[Step, ...], object]]) -> Iterator[Stub]:
        """Remember the interceptors that answer themselves; what they answer is no claim of ours."""
        for position, (steps, value) in enumerate(entries):
            try:
                fields = as_object(value, *steps)
                pattern = read_pattern(fields, config, *steps)
            except Refusal as refusal:
                yield config.unreadable(refusal, *steps)
                continue
            if not flag(fields.get("continue")):
                rank = (config.document.file, index, -(10**9), False, position)
                mock_id = f"interceptor {position + 1}"
                self._interceptors.append(Rule(mock_id, config.document.file, rank, pattern))
        if entries:
            count = f"{len(entries)} interceptor{'s' if len(entries) > 1 else ''}"
            yield Ignored(config.document.file, f"{count} before the resources: what they answer is not compared")


def _entries(config: Config, name: str) -> list[tuple[tuple[Step, ...], object]]:
    return [((name, index), value) for index, value in enumerate(as_list(config.fields.get(name), name))]


def _is_resource(config: Config, has_others: bool) -> bool:
    """Whether the root is itself a resource, as in version 4: it has a path, or a response and nothing beside it."""
    fields = config.fields
    if "path" in fields:
        return True
    is_default = has_others or config.is_set("defaultsFromRootResponse")
    return not is_default and "response" in fields and config.plugin not in ("openapi", "soap")


def _referred(config: Config, *, is_empty: bool) -> Iterator[Stub]:
    """What the config answers from besides: an API description, a WSDL file; or that there is nothing in it."""
    file = config.document.file
    described = config.text("specFile") if config.plugin == "openapi" else ""
    if described:
        yield _description(described, config)
    elif config.plugin == "soap":
        yield Ignored(
            file, f"answers other operations from {config.text('wsdlFile')[:200] or 'a WSDL file'}, which is not read"
        )
    elif is_empty:
        yield Ignored(file, "an Imposter config without a resource")


def _description(name: str, config: Config) -> Stub:
    shown = name[:200]
    if "://" in name:
        reason = f"answers from the API description {shown}, which is not fetched from the network"
        return Ignored(config.document.file, reason)
    try:
        read_attached(name, (config.document.path.parent,), config.document)
    except Refusal:
        reason = f"the API description `{shown}` is not there, or outside of the mocks folder"
        return config.unreadable(Refusal(reason, steps=("specFile",)))
    return Ignored(config.document.file, f"answers from the API description {shown}, which is read itself")
