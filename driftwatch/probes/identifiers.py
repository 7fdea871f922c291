"""The first identifier of a list: which of a stranger's values may stand in a path in place of a parameter.

Lists are found at the root, below the names that frameworks give them, in HAL's ``_embedded`` (draft-kelly-json-hal-11)
and in JSON:API's ``data`` (1.1).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_ENVELOPES: Final = (
    "data", "items", "results", "result", "records", "content", "contents", "values", "value", "entries", "rows",
    "list", "elements", "hits", "objects", "members", "resources", "nodes", "docs", "documents", "collection",
    "payload", "response",
)  # fmt: skip
_LOOKED_AT: Final = 10
"""Items of a list that are looked at: the first may be a draft without an id."""
_DEEPEST: Final = 3
"""Envelopes inside each other."""
_USUAL: Final = ("id", "_id", "uuid", "guid", "uid")
_SAFE: Final = re.compile(r"[A-Za-z0-9._~@:+=-]{1,100}")
"""What stands in one segment of a path as it is, and is no more than an identifier."""
_CLIMBING: Final = frozenset({".", ".."})


def first_identifier(document: object, parameter: str, collection: str) -> str | None:
    """What the first item of a list is known by, for a path parameter of a name; ``None`` if nothing is plainly that.

    ``collection`` is the last segment of the list's path, ``orders``.
    """
    for items in _lists(document, _plain(collection), 0):
        for item in items[:_LOOKED_AT]:
            for value in _proposed(item, parameter, collection):
                if (text := _as_segment(value)) is not None:
                    return text
    return None


def _lists(document: object, collection: str, depth: int) -> Iterator[list[object]]:
    """Lists that may hold the collection, the likeliest first."""
    if isinstance(document, list):
        yield document
    if not isinstance(document, dict) or depth >= _DEEPEST:
        return
    embedded = document.get("_embedded")
    if isinstance(embedded, dict):
        yield from (part for part in embedded.values() if isinstance(part, list))
    named = [name for name in document if isinstance(name, str) and _plain(name) == collection]
    for name in dict.fromkeys((*named, *_ENVELOPES)):
        if name in document:
            yield from _lists(document[name], collection, depth + 1)


def _proposed(item: object, parameter: str, collection: str) -> Iterator[object]:
    """Values of an item that the parameter may mean, the likeliest first."""
    if not isinstance(item, dict):
        yield item
        return
    members = {_plain(name): value for name, value in reversed(item.items()) if isinstance(name, str)}
    attributes = item.get("attributes")
    wanted, one = _plain(parameter), singular(_plain(collection))
    yield members.get(wanted)
    if isinstance(attributes, dict):
        yield {_plain(name): value for name, value in attributes.items() if isinstance(name, str)}.get(wanted)
    if not _means_identity(wanted, one):
        return  # a parameter called `sku` or `username` is not what an `id` is
    yield from (members.get(name) for name in (one + "id", one + "uuid"))
    yield from (item.get(name) for name in _USUAL)
    yield _of_link(item)


def _means_identity(parameter: str, one: str) -> bool:
    return parameter in ("", one, "key") or parameter.endswith(("id", "uuid", "guid"))


def _of_link(item: Mapping[str, object]) -> object:
    """The last segment of HAL's link to the item itself."""
    links = item.get("_links")
    own = links.get("self") if isinstance(links, dict) else None
    target = own.get("href") if isinstance(own, dict) else None
    return target.partition("?")[0].rpartition("/")[2] if isinstance(target, str) else None


def _as_segment(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, int) and abs(value) >= 10**40:
        return None
    text = str(value)
    return text if _SAFE.fullmatch(text) and text not in _CLIMBING else None


def singular(word: str) -> str:
    """An English plural without its ending, as far as paths need it: ``companies`` → ``company``."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
