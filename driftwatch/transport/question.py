"""A probe put into the words of HTTP: built once, sent for every sample."""

from typing import Final

from msgspec import Struct
from requests import PreparedRequest
from requests.exceptions import InvalidHeader

from driftwatch import __version__
from driftwatch.model.interaction import Header
from driftwatch.model.probe import Probe
from driftwatch.model.secret_names import SECRET_HEADERS
from driftwatch.transport.credentials import Shown, shown_by
from driftwatch.transport.target import Refusal, Target
from driftwatch.transport.unpack import ACCEPTED

_NOT_THE_MOCKS: Final = SECRET_HEADERS | {
    "host", "connection", "proxy-connection", "keep-alive", "te", "trailer", "transfer-encoding", "content-length",
    "upgrade", "expect", "accept-encoding", "user-agent",
}  # fmt: skip
"""Headers that frame the message, name the sender or carry credentials: a mock has no say in them."""


class Question(Struct, frozen=True):
    """One request, ready to send any number of times."""

    prepared: PreparedRequest
    has_credentials: bool
    identity: str = ""
    """As whom it is asked; empty for the default one."""
    shown: Shown = Shown()
    """What it shows, to tell when that has changed."""
    idempotency_key: str = ""


def user_agent(run_id: str) -> str:
    """How we introduce ourselves: product, version, and the run that an operator can look up (RFC 9110, 10.1.5).

    The run stands here and in no header of its own, since this is what access logs keep.
    """
    return f"driftwatch/{__version__} (run {run_id})"


def phrase(probe: Probe, target: Target, agent: str, shown: Shown | None = None) -> Question:
    """The request of ``probe`` to ``target``; ``Refusal`` if it cannot be sent as it stands.

    What the mock says is overridden by what we are, that by what the operator wrote, that by the credentials, which
    are ``shown`` or are had now.
    """
    request = probe.request
    url = target.url_of(request.target)
    shown = shown if shown is not None else shown_by(probe, target)
    if shown.query:
        url += f"{'&' if '?' in url else '?'}{shown.query}"
    spoken = [(name, value) for name, value in request.headers if name.lower() not in _NOT_THE_MOCKS]
    ours = [("User-Agent", agent), ("Accept-Encoding", probe.accept_encoding or ACCEPTED)]
    key = probe.key_header.lower() or "idempotency-key"  # draft-ietf-httpapi-idempotency-key-header-07
    return Question(
        prepared=_prepare(
            request.method, url, [_joined(spoken), ours, shown.operators, shown.credentials, probe.said], request.body
        ),
        has_credentials=shown.is_somebody,
        identity=probe.identity,
        shown=shown,
        idempotency_key=next((value for name, value in spoken if name.lower() == key), ""),
    )


def _joined(headers: list[Header]) -> list[Header]:
    """Repeated headers as one, which means the same (RFC 9110, 5.3)."""
    values: dict[str, Header] = {}
    for name, value in headers:
        earlier = values.get(name.lower())
        values[name.lower()] = (name, value) if earlier is None else (earlier[0], f"{earlier[1]}, {value}")
    return list(values.values())


def _prepare(
    method: str, url: str, layers: list[list[Header] | tuple[Header, ...]], body: bytes | None
) -> PreparedRequest:
    """``PreparedRequest.prepare`` without ``prepare_url``, which would rewrite what was checked."""
    prepared = PreparedRequest()
    prepared.method = method
    prepared.url = url
    merged: dict[str, Header] = {name.lower(): (name, value) for layer in layers for name, value in layer}
    try:
        prepared.prepare_headers(dict(merged.values()))
    except InvalidHeader:
        raise Refusal("a header of the request cannot be sent") from None  # its message shows the value
    prepared.prepare_body(body, None)
    return prepared
