"""A probe in the words that would go over the wire, without sending it."""

from typing import Final

from urllib3.util import parse_url

from driftwatch.model.probe import Probe
from driftwatch.model.spoken import Spoken
from driftwatch.transport.question import phrase
from driftwatch.transport.target import Target

_FRAMING: Final = frozenset({"content-length", "host"})


def speak(probe: Probe, target: Target, agent: str) -> Spoken:
    """The request of ``probe``; ``Refusal`` if it could not be sent.

    urllib3 percent-encodes what may not stand in a request target, so its own parser is asked how it spells this one.
    """
    prepared = phrase(probe, target, agent).prepared
    url = parse_url(str(prepared.url)).url
    headers = tuple((name, _text(value)) for name, value in prepared.headers.items() if name.lower() not in _FRAMING)
    body = prepared.body
    if body is None and prepared.headers.get("Content-Length") == "0":
        body = b""
    return Spoken(str(prepared.method), url, headers, body.encode() if isinstance(body, str) else body, _ways(target))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _ways(target: Target) -> tuple[tuple[str, str], ...]:
    ways = []
    if target.connect_to:
        ways.append(("--connect-to", f"::{target.connect_to}"))
    if isinstance(target.verify, str):
        ways.append(("--cacert", target.verify))
    return tuple(ways)
