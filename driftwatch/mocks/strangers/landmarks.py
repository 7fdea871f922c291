"""What mock files tell of the service they imitate, so that a first config can group them.

Nothing here decides how a file is read. The table holds where each tool keeps its names and addresses; a format that is
not in it simply tells nothing, and its files are grouped by folder.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.catalog import FORMATS
from driftwatch.mocks.format import ServerFormat
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.text.documents import Document, Options, open_document
from driftwatch.model.proposal import Landmark

EACH: Final = "*"
"""A step into every item of a list."""

_LOOKED_AT: Final = 500
"""Addresses of one file that are counted."""
_ADDRESS: Final = 2_000
"""Characters of an address that are looked at."""
_HOST: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]{0,20}://(?:[^/?#@\s]*@)?(?P<of_url>[A-Za-z0-9.-]{1,253}(?::\d{1,5})?)"
    r"|(?P<bare>[A-Za-z0-9-]{1,63}\.[A-Za-z0-9.-]{1,253}(?::\d{1,5})?))(?=[/?#]|\Z)"
)
"""Host and port of a URL, or of a bare ``host.name/path``; user info and all that follows the port are left out."""
_OWN: Final = re.compile(r"(?:localhost|127\.[\d.]+|0\.0\.0\.0)(?::|$)", re.IGNORECASE)
"""The machine it was recorded on, which names no service."""
_TOKEN_LIKE: Final = re.compile(r"[0-9a-f]{16,}|[^.]{40,}", re.IGNORECASE)
"""A label that may be a key of its owner, such as the first one of a webhook's host."""


class _Places(Struct, frozen=True):
    """Where the files of a format keep what they tell."""

    provider: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    addresses: tuple[tuple[str, ...], ...] = ()
    has_server_folders: bool = False


PLACES: Final[Mapping[str, _Places]] = {
    "betamax": _Places(addresses=(("http_interactions", EACH, "request", "uri"),)),
    "go-vcr": _Places(addresses=(("interactions", EACH, "request", "url"),)),
    "har": _Places(addresses=(("log", "entries", EACH, "request", "url"),)),
    "hoverfly": _Places(addresses=(("data", "pairs", EACH, "request", "destination", EACH, "value"),)),
    "insomnia": _Places(title=("name",)),
    "microcks-examples": _Places(title=("metadata", "name")),
    "mockoon": _Places(title=("name",)),
    "mountebank": _Places(title=("imposters", EACH, "name")),
    "nock": _Places(addresses=((EACH, "scope"),)),
    "openapi": _Places(title=("info", "title"), addresses=(("servers", EACH, "url"), ("host",))),
    "pact": _Places(provider=("provider", "name")),
    "php-vcr": _Places(addresses=((EACH, "request", "url"),)),
    "postman": _Places(title=("info", "name")),
    "responses": _Places(addresses=(("responses", EACH, "response", "url"),)),
    "vcr-ruby": _Places(addresses=(("http_interactions", EACH, "request", "uri"),)),
    "vcrpy": _Places(addresses=(("interactions", EACH, "request", "uri"), ("interactions", EACH, "request", "url"))),
    "wiremock": _Places(has_server_folders=True),
    "wiremock-net": _Places(has_server_folders=True),
}
"""By the name of the format."""


class FolderLandmarks(Struct, frozen=True):
    """The landmarks of the files below one folder; fulfils ``ports.Landmarks``."""

    root: Path
    limits: Limits = field(default_factory=Limits)

    def of(self, file: str, format_name: str) -> Landmark:
        """What one file tells; nothing if it is gone, has changed since it was read, or is of a silent format."""
        places = PLACES.get(format_name)
        if places is None:
            return Landmark()
        base = self.root.resolve() if self.root.is_dir() else self.root.resolve().parent
        if places.has_server_folders:
            return Landmark(server=_server(Document(file, base / file, base), format_name))
        document = open_document(base / file, base, self.limits, Options())
        if not isinstance(document, Document) or document.problem is not None:
            return Landmark()
        return Landmark(
            provider=_only_text(document.value, places.provider),
            title=_only_text(document.value, places.title),
            hosts=_hosts(document.value, places.addresses),
        )


def _server(document: Document, format_name: str) -> str | None:
    """The server by the file's folders alone: they are all a format asks for."""
    known = next(entry for entry in FORMATS if entry.name == format_name.replace("-", "_")).load()
    return known.home(document) if isinstance(known, ServerFormat) else None


def _only_text(value: object, steps: tuple[str, ...]) -> str:
    """The one text that stands there; empty if there is none, or several that differ."""
    found = {text.strip() for text in islice(_texts(value, steps), _LOOKED_AT)} if steps else set()
    return found.pop() if len(found) == 1 else ""


def _hosts(value: object, addresses: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    counted: Counter[str] = Counter()
    for steps in addresses:
        for text in islice(_texts(value, steps), _LOOKED_AT):
            found = _HOST.match(text[:_ADDRESS])
            host = (found["of_url"] or found["bare"]).lower() if found else ""
            host = host.removesuffix(":443").removesuffix(":80")
            if host and not _TOKEN_LIKE.search(host) and not _OWN.match(host):
                counted[host] += 1
    return tuple(host for host, _ in counted.most_common())


def _texts(value: object, steps: tuple[str, ...]) -> Iterator[str]:
    if not steps:
        if isinstance(value, str):
            yield value
    elif steps[0] == EACH:
        for item in value if isinstance(value, list) else ():
            yield from _texts(item, steps[1:])
    elif isinstance(value, dict):
        yield from _texts(value.get(steps[0]), steps[1:])
