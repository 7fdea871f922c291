"""Which files are mountebank's: whole configs, single imposters, parts that are only included, and data folders."""

import re
from enum import Enum
from typing import Final

from driftwatch.mocks.formats.mountebank import ejs
from driftwatch.mocks.text.documents import Document, Syntax

_TAGS: Final = re.compile(r"(?s)<%(?:(?!<%).)*?%>")
_COLLECTION: Final = re.compile(r'(?<!\\)"imposters"\s*:\s*[\["<]')
_PROTOCOL: Final = re.compile(r'(?<!\\)"protocol"\s*:\s*"')
_STUBS: Final = re.compile(r'(?<!\\)"stubs"\s*:')
_PREDICATES: Final = re.compile(r'(?<!\\)"predicates"\s*:')
_RESPONSES: Final = re.compile(r'(?<!\\)"responses"\s*:')
_KINDS: Final = frozenset(["is", "proxy", "inject", "fault"])
_NOT_HTTP: Final = ("tcp", "smtp")
_FIELDS: Final = frozenset(
    [
        "protocol", "port", "name", "host", "recordRequests", "numberOfRequests", "requests", "stubs", "_links",
        "allowCORS", "defaultResponse", "key", "cert", "mutualAuth", "rejectUnauthorized", "ciphers", "mode",
        "endOfRequestResolver",
    ]
)  # fmt: skip
_LOOKED_AT: Final = 256 * 1024
"""Characters of a template whose tags are looked behind."""


class Claimed(Enum):
    """What a file of mountebank's is."""

    ROOT = "a config"
    FRAGMENT = "a part of a config"
    DATADIR = "an imposter in a data folder"


def claim(document: Document) -> Claimed | None:
    """What a file is to mountebank; ``None`` if it is nothing of its."""
    if document.suffix == ".ejs" or (document.syntax is Syntax.JSON and ejs.has_tags(document.text)):
        return _template(document) if document.problem is not None or document.suffix == ".ejs" else _value(document)
    if document.syntax is not Syntax.JSON:
        return None
    if document.problem is not None:
        text = document.text
        has_marks = _COLLECTION.search(text) or (_PROTOCOL.search(text) and _STUBS.search(text))
        return Claimed.ROOT if has_marks and _has_answers(text) else None
    return _value(document)


def _template(document: Document) -> Claimed | None:
    """A template by its marks, if what is left without its tags could be JSON: mountebank's own pages are EJS too."""
    text = document.text
    if _TAGS.sub("", text[:_LOOKED_AT]).lstrip()[:1] not in ("{", "[", '"'):
        return None
    if _COLLECTION.search(text) or (_PROTOCOL.search(text) and (_STUBS.search(text) or _has_answers(text))):
        return Claimed.ROOT
    return Claimed.FRAGMENT if _has_answers(text) else None


def _has_answers(text: str) -> bool:
    return _PREDICATES.search(text) is not None or (
        _RESPONSES.search(text) is not None and re.search(r'(?<!\\)"(?:is|proxy|inject)"\s*:', text) is not None
    )


def _value(document: Document) -> Claimed | None:
    value = document.value
    if not isinstance(value, dict):
        return None
    if "imposters" in value:
        imposters = value["imposters"]
        is_ours = isinstance(imposters, list) and (not imposters or any(map(_is_imposter, imposters)))
        return Claimed.ROOT if is_ours and ("imposters" in value) else None
    if _is_imposter(value):
        return Claimed.DATADIR if _has_folders(value) else Claimed.ROOT
    if _is_stub(value) or _is_of_a_data_folder(document, value):
        return Claimed.FRAGMENT
    return None


def _is_imposter(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("protocol"), str):
        return isinstance(value, str) and "<%" in value
    stubs = value.get("stubs")
    if isinstance(stubs, list):
        return not stubs or any(_is_stub(stub) or _folder(stub) for stub in stubs)
    return value["protocol"] in _NOT_HTTP and "port" in value and set(value) <= _FIELDS


def _is_stub(value: object) -> bool:
    """Whether a value has answers in mountebank's spelling."""
    if not isinstance(value, dict) or not isinstance(value.get("responses"), list):
        return False
    return any(isinstance(response, dict) and _KINDS & set(response) for response in value["responses"])


def _folder(value: object) -> str:
    meta = value.get("meta") if isinstance(value, dict) else None
    folder = meta.get("dir") if isinstance(meta, dict) else None
    return folder if isinstance(folder, str) else ""


def _has_folders(value: dict[str, object]) -> bool:
    stubs = value.get("stubs")
    return isinstance(stubs, list) and any(_folder(stub) for stub in stubs)


def _is_of_a_data_folder(document: Document, value: dict[str, object]) -> bool:
    """A stub's ``meta.json`` or one of its responses, below ``stubs`` in a data folder."""
    if "stubs" not in document.folders:
        return False
    is_meta = isinstance(value.get("responseFiles"), list) and isinstance(value.get("orderWithRepeats"), list)
    return is_meta or ("responses" in document.folders and bool(_KINDS & set(value)))
