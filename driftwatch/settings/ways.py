"""Settings of the way to a service: through which proxy, to what in its place, to which addresses."""

import re
from ipaddress import ip_network
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from driftwatch.model.address import Network, is_metadata
from driftwatch.model.secret import Secret
from driftwatch.settings.forms import Schema
from driftwatch.settings.reference import Referenced, has_reference, resolve
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.sections import Joining
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import quote

NONE: Final = "none"
NO_PROXY: Final = Referenced(NONE, Secret(""))
_PROXY_REMEDY: Final = (
    "Write `none`, or the URL of an HTTP proxy: `http://proxy.example.com:3128`; one with credentials is referred to: "
    "`${env:PROXY_URL}`."
)
_PLACE: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?")
_PLACE_REMEDY: Final = "Write a host with or without a port: `127.0.0.1:8443`, `localhost:8443`, `[::1]:8443`."
_NETWORK_REMEDY: Final = "Write an address or a network: `127.0.0.1`, `169.254.10.0/24`, `::1`."


class ProxyForm(Struct, frozen=True):
    """The URL of a proxy, or the word for none. ``writeOnly``: a password may stand here by mistake."""

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "minLength": 1, "maxLength": 1000, "writeOnly": True, "errorMessage": _PROXY_REMEDY}

    def read(self, spot: Spot) -> Referenced:
        """The URL; empty for none."""
        written = spot.text
        if written == NONE:
            return NO_PROXY
        url = resolve(written, spot.surroundings).secret.reveal() if has_reference(written) else written
        found = "found a text that is no URL of a proxy"
        try:
            parts = urlsplit(url)
            is_proxy = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError as error:
            raise RefusedError(found, _PROXY_REMEDY) from error
        if not is_proxy or parts.path.strip("/") or parts.query or parts.fragment or is_metadata(parts.hostname or ""):
            raise RefusedError(found, _PROXY_REMEDY)
        if "@" in parts.netloc and not has_reference(written):
            raise RefusedError("found the URL of a proxy with credentials in it", _PROXY_REMEDY)
        return Referenced(written, Secret(url))

    def show(self, value: Referenced | None) -> str | None:
        """As written."""
        return None if value is None else value.written


class Place(Struct, frozen=True):
    """A host, with a port or without."""

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "minLength": 1, "maxLength": 300, "errorMessage": _PLACE_REMEDY}

    def read(self, spot: Spot) -> str:
        """As written."""
        found = _PLACE.fullmatch(spot.text)
        if found is None or not 0 < int(found["port"] or 1) < 2**16:
            raise RefusedError(f"found {quote(spot.text)}, which is no host with a port", _PLACE_REMEDY)
        if is_metadata(found["host"]):
            raise RefusedError(
                f"{quote(spot.text)} is the metadata service of a cloud, which is never asked",
                "Name what stands in for the target, as a rule a forwarded port of this machine.",
            )
        return spot.text

    def show(self, value: str) -> str | None:
        """As written."""
        return value or None


class NetworkForm(Struct, frozen=True):
    """An address, or all that begin alike."""

    def schema(self) -> Schema:
        """A text; what it means is checked at reading."""
        return {"type": "string", "minLength": 1, "maxLength": 100, "errorMessage": _NETWORK_REMEDY}

    def read(self, spot: Spot) -> Network:
        """The network; refused if it is none."""
        try:
            return ip_network(spot.text)
        except ValueError as error:
            raise RefusedError(f"found {quote(spot.text)}: {_reason(error)}", _NETWORK_REMEDY) from error

    def show(self, value: Any) -> str:
        """As it is written in full."""
        return str(value)


NETWORKS: Final = Joining(NetworkForm())


def _reason(error: ValueError) -> str:
    return "it has bits set behind its prefix" if "host bits" in str(error) else "it is neither address nor network"


def check_ways(spot: Spot) -> None:
    """A proxy looks names up and connects by itself, so that nothing could stand in for a target behind it."""
    top = spot.members()
    providers = top.get("providers")
    for provider in providers.members().values() if providers else ():
        members = provider.members()
        proxy = members.get("proxy", top.get("proxy"))
        if "connect_to" in members and proxy is not None and proxy.plain != NONE:
            members["connect_to"].complain(
                "found `connect_to` where requests go through a proxy, which connects by itself",
                "Write `proxy: none` beside it, or leave it out.",
            )
