"""A service that says of any mocks what they say, but for one value of each answer, which has got another type.

Whatever format they are of: the mocks are read as an audit reads them, and their answers become the service's.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Expectation, Interaction, MatcherKind
from driftwatch.transport.clock import SystemClock
from tests.servers import Answer, Received, Server, serve

_ROUTED: Final = frozenset({"id", "key"})
_OF_THE_WIRE: Final = frozenset({"content-length", "transfer-encoding", "connection", "content-encoding", "date"})


@contextmanager
def moved_on(folders: Iterable[Path]) -> Iterator[Server]:
    """It runs until the end of the block; what stands for a folder lies below the folder's name."""
    answers: dict[tuple[str, str], Answer] = {}
    for folder in folders:
        for reading in FolderSource(folder, now=SystemClock().now()).read():
            if isinstance(reading, Interaction) and reading.variants and not reading.incomparable:
                asked = (reading.request.method, f"/{folder.name}{reading.request.target}")
                answers.setdefault(asked, _today(reading.variants[0]))

    def respond(request: Received) -> Answer:
        return answers.get((request.method, request.target), Answer(404))

    with serve(respond) as running:
        yield running


def _today(said: Expectation) -> Answer:
    document = _document(said)
    is_dynamic = any(matcher.kind is MatcherKind.DYNAMIC for matcher in said.matchers)
    is_changed = not is_dynamic and isinstance(document, dict | list) and _retype(document)
    body = json.dumps(document).encode() if is_changed else said.body or b""
    headers = tuple((name, value) for name, value in said.headers if name.lower() not in _OF_THE_WIRE)
    if is_changed and said.header("content-type") is None:
        headers = (*headers, ("Content-Type", "application/json"))
    return Answer(said.status, headers, body)


def _document(said: Expectation) -> Any:
    try:
        return json.loads(said.body or b"null")
    except ValueError:
        return None


def _retype(document: Any) -> bool:
    """Give the first number or text another type, in every item of a list; whether there was one.

    Ids stay: some tools make routes of them.
    """
    if isinstance(document, list):
        changed = [_retype(item) for item in document if isinstance(item, dict | list)]
        return any(changed)
    for name, value in document.items():
        if isinstance(value, dict | list):
            if _retype(value):
                return True
        elif name not in _ROUTED and not isinstance(value, bool | type(None)):
            document[name] = 7 if isinstance(value, str) else f"no. {value}"
            return True
    return False
