"""HAR 1.2: what browsers, proxies, Playwright and Polly.js recorded.

Facts from ahmadnassri/har-spec @ 81adb2f, microsoft/playwright @ d4e1023, Netflix/pollyjs @ d031861,
microcks/microcks @ 18ab337, and from 107 public files.

A browser's HAR is mostly static files. Those are counted and left out; everything else becomes an interaction, be it
with a reason why its answer is never compared.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import structs

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.har.entry import is_left_out, read_entry
from driftwatch.mocks.recording.recordings import Exchange, read_all
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import as_object
from driftwatch.model.interaction import Ignored

NAME: Final = "har"
STREAMS: Final = True

_MARKS: Final = re.compile(r"\A\s*\{\s*\"log\"\s*:\s*\{")
_PREFIX: Final = re.compile(r"apiPrefix:\s*(/\S{0,200})")
_POLLY: Final = "Polly.JS"


def recognises(document: Document) -> bool:
    """``log`` with ``entries``; a broken file by its first words."""
    if document.syntax is not Syntax.JSON and document.problem is None:
        return False
    if document.problem is not None:
        return bool(_MARKS.match(document.text)) and '"entries"' in document.text
    log = document.value.get("log") if isinstance(document.value, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def read(document: Document) -> Iterator[Stub]:
    """Every entry that is an exchange with a service, in the order of the file."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    log = as_object(as_object(document.head.value).get("log"), "log")
    is_polly, notes = _creator(log) == _POLLY, _notes(log)
    seen: Counter[bool] = Counter()

    def exchange_of(entry: object, document: Document, *steps: Step) -> Exchange | None:
        is_out = is_left_out(entry)
        seen[is_out] += 1
        if is_out:
            return None
        exchange = read_entry(entry, document, *steps, is_polly=is_polly)
        return structs.replace(exchange, notes=(*exchange.notes, *notes))

    yield from read_all(document, NAME, exchange_of, "log", "entries")
    if left_out := seen[True]:
        reason = f"{left_out} of {seen.total()} entries are static files or no HTTP, and are not audited"
        yield Ignored(document.file, reason)
    elif not seen:
        yield Ignored(document.file, "an archive without entries")


def _notes(log: object) -> tuple[str, ...]:
    """Microcks writes into the comment which part of the paths is its own base path and not the service's."""
    comment = as_object(log).get("comment")
    found = _PREFIX.search(comment) if isinstance(comment, str) else None
    return (f"Microcks reads the paths below {found.group(1)}",) if found else ()


def _creator(log: object) -> str:
    creator = as_object(log).get("creator")
    name = creator.get("name") if isinstance(creator, dict) else None
    return name if isinstance(name, str) else ""
