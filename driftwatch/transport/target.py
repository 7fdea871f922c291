"""Where a provider's requests go, and within which limits. A probe may choose the path, never the host."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from driftwatch.model.address import Network
from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.model.quiet import QuietHours
from driftwatch.model.secret import Secret
from driftwatch.transport.auth import Auth, ClientCertificate, NoAuth, Profile
from driftwatch.transport.redact import redact_url

MEBIBYTE: Final = 1024 * 1024
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_VISIBLE: Final = re.compile(r"[!-~]+")
"""Printable ASCII without the space: what a request target may consist of (RFC 9112, 3.2)."""


class Refusal(Exception):  # noqa: N818  an answer to one probe, not an error of ours; it becomes an ``Unreachable``
    """A probe's request is not sent; the message is the reason and names no value of the request."""

    is_unauthorized: ClassVar[bool] = False
    """There are no credentials to send it with."""

    is_final: ClassVar[bool] = False
    """Whether no other request of the run to this target may be sent either."""


class NoCredentialsError(Refusal):
    """Whoever is to ask has nothing to show."""

    is_unauthorized = True


class Origin(NamedTuple):
    """Scheme, host and port: the party that a request is sent to (RFC 6454)."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Target:
    """One provider's real service. Times are seconds, sizes bytes.

    ``SettingsError`` says what is wrong with ``base_url`` or a limit.
    """

    name: str
    """The provider."""
    base_url: str
    """``http`` or ``https``; its path, if any, is put before every probe's path."""
    auth: Auth = field(default_factory=NoAuth)
    certificate: ClientCertificate | None = None
    """Shown beside ``auth``, if the service asks for one."""
    identities: Mapping[str, Profile] = field(default_factory=dict)
    """Others as whom it may be asked, by name."""
    headers: tuple[tuple[str, str | Secret], ...] = field(default=(), repr=False)
    """Sent with every request, over the mock's own; not shown, since an operator may put a credential here."""
    connect_timeout: float = 5.0
    read_timeout: float = 10.0
    """The longest silence."""
    total_timeout: float = 30.0
    """From the start of a request to its last byte, however busily a slow server drips."""
    concurrency: int = 4
    """Requests in flight at this target's host; where targets share a host, the smallest number counts for all."""
    rate: float | None = 10.0
    """Requests per second to this target's host (the smallest counts, as above); ``None`` is unlimited."""
    jitter: float = 0.0
    """By what share of the interval between two requests each may come later, at random, so that no two runs beat in
    step; where targets share a host, the largest counts."""
    burst: int = 1
    """How many requests may come at once after a silence; 1 keeps every one-second window within ``rate``."""
    budget: int | None = None
    """Requests per run; ``None`` is unlimited."""
    daily_budget: int | None = None
    """Requests per day in UTC, over all runs that share a memory; ``None`` is unlimited."""
    quiet: QuietHours | None = None
    """When nothing is asked."""
    reserve: float = 0.2
    """The share of the service's own quota that is left to others (drift semantics 3.8); 0 to use all of it."""
    body_limit: int = 8 * MEBIBYTE
    """Of the decoded body; what is longer is cut and marked."""
    verify: bool | str = True
    """``True``: the usual authorities, or those of ``REQUESTS_CA_BUNDLE``; a path: a file or folder of authorities."""
    proxy: str = field(default="", repr=False)
    """A proxy's URL; empty for the direct way. Not shown, since it may hold a password."""
    connect_to: str = ""
    """Host, or host and port, that connections go to in place of the target's; empty where they go to the target's."""
    allow_addresses: tuple[Network, ...] = ()
    """Networks whose addresses a name may resolve to although they are this machine's or its link's own."""
    patience: float = 30.0
    """How long in all a run waits because the service asks for it (``Retry-After``)."""
    cool_down: float = 2.0
    """How long to leave a failing service alone before its one second chance."""

    def __post_init__(self) -> None:
        mistakes = [Mistake(f"target of {self.name}", found, remedy) for found, remedy in _mistakes(self)]
        if mistakes:
            raise SettingsError(mistakes)

    @property
    def origin(self) -> Origin:
        """The only party this target's requests may go to."""
        return _base_origin(self.base_url)

    def url_of(self, request_target: str) -> str:
        """The URL of a probe's request; ``Refusal`` if its target could lead elsewhere.

        The URL is put together as text. Nothing resolves it as a reference, so no spelling of the target can replace
        the host; that both parsers used on the way to the socket agree is checked nevertheless.
        """
        _check_target(request_target)
        url = self.base_url.rstrip("/") + request_target
        if not _leads_to(url, self.origin):
            raise Refusal("the request would leave the target's host")
        return url


def _mistakes(target: Target) -> list[tuple[str, str]]:
    found = []
    try:
        parts = urlsplit(target.base_url)
        is_address = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return [("an address that cannot be parsed", "Write it as https://staging.example.com.")]
    if "@" in parts.netloc:
        found.append(("credentials in the address", "Put them under auth, as ${env:NAME} or ${file:PATH}."))
    elif not is_address or not _leads_to(target.base_url, _origin_of(target.base_url)):
        found.append((repr(redact_url(target.base_url)), "Write it as https://staging.example.com."))
    if parts.query or parts.fragment:
        found.append(("a query or fragment in the address", "Leave it away; requests bring their own."))
    positive = (
        "connect_timeout", "read_timeout", "total_timeout", "concurrency", "rate", "burst", "body_limit",
    )  # fmt: skip
    for name in positive:
        limit = getattr(target, name)
        if limit is not None and limit <= 0:
            found.append((f"{name} {limit}", "It must be more than 0."))
    return found


def _origin_of(url: str) -> Origin:
    return _origin(urlsplit(url))


def _origin(parts: SplitResult) -> Origin:
    return Origin(parts.scheme, (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(parts.scheme, 0))


_base_origin: Final = lru_cache(256)(_origin_of)
"""Of the few base URLs there are, which every request is held against."""


def _leads_to(url: str, origin: Origin) -> bool:
    """Whether the parsers of the standard library (used by requests) and of urllib3 both see ``origin``."""
    try:
        seen = parse_url(url)
        host = (seen.host or "").lower().strip("[]")
        theirs = Origin(seen.scheme or "", host, seen.port or _DEFAULT_PORTS.get(seen.scheme or "", 0))
        parts = urlsplit(url)
        return theirs == _origin(parts) == origin and seen.auth is None and "@" not in parts.netloc
    except (LocationParseError, ValueError):
        return False


def _check_target(request_target: str) -> None:
    if not request_target.startswith("/"):
        raise Refusal("the request target is not in origin-form")
    if not _VISIBLE.fullmatch(request_target):
        raise Refusal("the request target holds a space, a control character or an unencoded sign")
    if "#" in request_target:
        raise Refusal("the request target holds a fragment")
    path = request_target.partition("?")[0]
    if path.startswith("//") or "\\" in path:
        raise Refusal("the request target could be taken for a host")
    if any(_is_dot_segment(segment) for segment in path.split("/")):
        raise Refusal("the request target climbs out of its path")


def _is_dot_segment(segment: str) -> bool:
    """``.`` or ``..``, also percent-encoded, also with the parameters (``..;x``) that some servers cut away."""
    return unquote(segment).partition(";")[0] in (".", "..")


def host_and_port(written: str, port: int) -> tuple[str, int]:
    """Host and port of ``host``, ``host:port``, an address, or ``[address]:port``; ``port`` where none is written."""
    if written.count(":") > 1 and not written.startswith("["):
        return written, port
    parts = urlsplit(f"//{written}")
    return parts.hostname or "", parts.port or port
