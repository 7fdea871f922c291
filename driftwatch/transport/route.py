"""How to reach a target from here: which proxy, which authorities.

The environment is read here, once per target at start-up, and nowhere else. requests would walk all of it for every
call (measured: a call costs four times as much with the 500 variables of a Kubernetes pod) and would take credentials
from ``~/.netrc`` that nobody configured.
"""

import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from requests.adapters import DEFAULT_CA_BUNDLE_PATH
from requests.utils import get_environ_proxies, select_proxy
from urllib3.util.ssl_ import create_urllib3_context

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.transport.target import Proxy, Target


@dataclass(frozen=True, slots=True)
class Route:
    """The way to one target, resolved."""

    proxy: str = field(default="", repr=False)
    """The proxy's URL; empty for the direct way."""
    context: ssl.SSLContext | None = None
    """Shared by all connections of one policy; ``None`` where nothing is encrypted."""

    @property
    def proxies(self) -> dict[str, str]:
        """The proxy as requests wants it."""
        return {"all": self.proxy} if self.proxy else {}


class Routes:
    """Resolves routes, with one ``SSLContext`` per policy: reading the root certificates costs 20 ms each time."""

    def __init__(self) -> None:
        self._contexts: dict[bool | str, ssl.SSLContext] = {}

    def to(self, target: Target) -> Route:
        """The way to ``target``; ``SettingsError`` if its authorities cannot be read."""
        proxy = _proxy_for(target)
        is_encrypted = target.origin.scheme == "https" or proxy.startswith("https:")
        return Route(proxy, self._context(target) if is_encrypted else None)

    def _context(self, target: Target) -> ssl.SSLContext:
        trust = _trust(target.verify)
        if trust not in self._contexts:
            try:
                self._contexts[trust] = _make_context(trust)
            except OSError as error:
                found = f"authorities at {trust} that cannot be read ({error.strerror or type(error).__name__})"
                mistake = Mistake(f"target of {target.name}", found, "Name a PEM file or a folder of hashed ones.")
                raise SettingsError([mistake]) from error
        return self._contexts[trust]


def _trust(verify: bool | str) -> bool | str:
    """``False``, or where the authorities are; the variables are those of requests, in its order."""
    if verify is not True:
        return verify
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH


def _proxy_for(target: Target) -> str:
    if target.proxy is Proxy.NONE:
        return ""
    if isinstance(target.proxy, str):
        return target.proxy
    return select_proxy(target.base_url, get_environ_proxies(target.base_url)) or ""


def _make_context(trust: bool | str) -> ssl.SSLContext:
    if trust is False:
        return create_urllib3_context(cert_reqs=ssl.CERT_NONE)
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.check_hostname = True
    if Path(str(trust)).is_dir():
        context.load_verify_locations(capath=str(trust))
    else:
        context.load_verify_locations(cafile=str(trust))
    return context
