"""How to reach a target from here: which door the connections go through, which authorities are believed.

Proxies come from the config alone: a variable of the environment that somebody set for another program must not decide
who sees the credentials of an audit. Authorities are the operator's, or those that the system believes; the variables
of requests for them are read here, once per target at start-up, and nowhere else. requests would walk all of the
environment for every call (measured: a call costs four times as much with the 500 variables of a Kubernetes pod) and
would take credentials from ``~/.netrc`` that nobody configured.
"""

import os
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from requests.adapters import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.transport.addresses import Guard
from driftwatch.transport.auth import ClientCertificate
from driftwatch.transport.certificates import show
from driftwatch.transport.leash import Entry
from driftwatch.transport.target import Target, host_and_port

_HASHED: Final = re.compile(r"[0-9a-f]{8}\.\d+")
"""A certificate in a folder as OpenSSL looks for it (``openssl rehash``)."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way to one target, resolved."""

    entry: Entry
    proxy: str = field(default="", repr=False)
    """The proxy's URL; empty for the direct way."""
    context: ssl.SSLContext | None = None
    """Shared by all connections of one policy; ``None`` where nothing is encrypted."""
    proxy_context: ssl.SSLContext | None = None
    """For the proxy, if the way to that is encrypted: no certificate of ours is meant for it."""

    @property
    def proxies(self) -> dict[str, str]:
        """The proxy as requests wants it."""
        return {"all": self.proxy} if self.proxy else {}


class Routes:
    """Resolves routes, with one ``SSLContext`` per policy: reading the root certificates costs 20 ms each time."""

    def __init__(self) -> None:
        self._contexts: dict[tuple[bool | str, ClientCertificate | None], ssl.SSLContext] = {}

    def to(self, target: Target, certificate: ClientCertificate | None = None) -> Route:
        """The way to ``target`` for whoever shows this certificate, or none.

        ``SettingsError`` if its authorities or the certificate cannot be read.
        """
        is_encrypted = target.origin.scheme == "https"
        return Route(
            entry_of(target),
            target.proxy,
            self._context(target, certificate) if is_encrypted else None,
            self._context(target, None) if target.proxy.startswith("https:") else None,
        )

    def _context(self, target: Target, certificate: ClientCertificate | None) -> ssl.SSLContext:
        trust = _trust(target.verify)
        policy = (trust, certificate)
        if policy not in self._contexts:
            try:
                context = _make_context(trust)
            except OSError as error:
                found = f"authorities at {trust} that cannot be read ({error.strerror or type(error).__name__})"
                mistake = Mistake(f"target of {target.name}", found, "Name a PEM file or a folder of hashed ones.")
                raise SettingsError([mistake]) from error
            if certificate is not None:
                show(context, certificate, target.name)
            self._contexts[policy] = context
        return self._contexts[policy]


def entry_of(target: Target) -> Entry:
    """Where connections for a target go: to its proxy, to what stands in for it, or to itself."""
    if target.proxy:
        proxy = urlsplit(target.proxy)
        port = proxy.port or (443 if proxy.scheme == "https" else 80)
        return Entry(Guard(proxy.hostname or "", target.allow_addresses), port)
    origin = target.origin
    host, port = host_and_port(target.connect_to, origin.port) if target.connect_to else (origin.host, origin.port)
    return Entry(Guard(host, target.allow_addresses), port)


def _trust(verify: bool | str) -> bool | str:
    """``False``, where the authorities are, or ``True`` for those that the system believes.

    The variables are those of requests, in its order. A system without any, such as a small image, gets the public ones
    that come with requests.
    """
    if verify is not True:
        return verify
    named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return named or (True if _has_authorities() else DEFAULT_CA_BUNDLE_PATH)


def _has_authorities() -> bool:
    """Whether OpenSSL finds any where this system keeps them, or where SSL_CERT_FILE and SSL_CERT_DIR say."""
    paths = ssl.get_default_verify_paths()
    if paths.cafile and Path(paths.cafile).stat().st_size:
        return True
    return bool(paths.capath) and any(_HASHED.fullmatch(file.name) for file in Path(paths.capath).iterdir())


def _make_context(trust: bool | str) -> ssl.SSLContext:
    if trust is False:
        return create_urllib3_context(cert_reqs=ssl.CERT_NONE)
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.check_hostname = True
    if trust is True:
        context.set_default_verify_paths()
    elif Path(trust).is_dir():
        context.load_verify_locations(capath=trust)
    else:
        context.load_verify_locations(cafile=trust)
    return context
