"""Mountebank's data folder (``--datadir``): an imposter whose stubs keep their responses in files of their own.

``<port>/imposter.json`` names ``stubs/<id>`` in ``meta.dir``; ``meta.json`` there lists ``responses/<id>.json``
(``src/models/filesystemBackedImpostersRepository.js``, 2.9.1).
"""

from typing import Final

from driftwatch.mocks.formats.mountebank.config import Config
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_list, as_object, as_text
from driftwatch.mocks.text.opening import content_of

_LARGEST: Final = 16 * 1024 * 1024
_MOST: Final = 10_000


def assemble(config: Config) -> tuple[str, ...]:
    """Put the responses into their stubs; returns the files they were in. What is wrong with one is noted."""
    imposter = as_object(config.document.value)
    parts: list[str] = []
    for position, stub in enumerate(as_list(imposter.get("stubs"), "stubs")):
        if not isinstance(stub, dict) or "responses" in stub or not isinstance(stub.get("meta"), dict):
            continue
        try:
            stub["responses"] = _responses(stub["meta"], config.document, parts)
        except Refusal as refusal:
            config.problems[position] = refusal.reason
    return tuple(parts)


def _responses(meta: object, document: Document, parts: list[str]) -> list[object]:
    folder = as_text(as_object(meta, "meta").get("dir"), "meta", "dir")
    listed = as_object(_load(f"{folder}/meta.json", document, parts), folder, "meta.json")
    files = as_list(listed.get("responseFiles"), folder, "responseFiles")
    if len(files) > _MOST:
        raise Refusal(f"more than {_MOST:,} responses")
    return [_load(f"{folder}/{as_text(file, folder, 'responseFiles')}", document, parts) for file in files]


def _load(name: str, document: Document, parts: list[str]) -> object:
    """One JSON file below the imposter's own folder. Raises ``Refusal``."""
    home = document.path.parent
    if "\0" in name:
        raise Refusal("the name of a response file is no file name")
    try:
        path = (home / name).resolve()
        if not path.is_relative_to(home.resolve()) or not path.is_relative_to(document.root.resolve()):
            raise Refusal(f"`{name}` is outside of the imposter's folder")
        if not path.is_file():
            raise FileNotFoundError(path)
        content = content_of(path, _LARGEST, document.options.drafts)
        value = json_text.decode(content.decode("utf-8")) if len(content) <= _LARGEST else None
    except Refusal:
        raise
    except (OSError, RuntimeError, UnicodeError) as error:
        raise Refusal(f"`{name}` is not there or cannot be opened") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(f"`{name}` is not JSON") from error
    if value is None or json_text.is_deeper(value, document.limits.depth):
        raise Refusal(f"`{name}` is too large or nested too deeply")
    parts.append(path.relative_to(document.root.resolve()).as_posix())
    return value
