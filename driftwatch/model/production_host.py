"""Whether a host is where a service is live, as far as its name tells."""

import re
from typing import Final

_SAYING: Final = frozenset({"live", "prd", "prod", "production"})
_DENYING: Final = frozenset({"no", "non", "not", "pre"})
"""Before one of those: ``pre-prod``, ``non-production``."""
_JOINTS: Final = re.compile(r"[-_]")
_AUTHORITY: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?")
_DEFAULTS: Final = {"http": "80", "https": "443"}


def host_of(url: str) -> str:
    """The host of an absolute URL; empty if it has none."""
    found = _AUTHORITY.match(url)
    return found[1] if found else ""


def is_same_host(one: str, other: str) -> bool:
    """Whether two URLs lead to one host: by name, and where ports are written that are not usual, by port as well."""
    here, there = _AUTHORITY.match(one), _AUTHORITY.match(other)
    if not here or not there or plain_host(here[1]) != plain_host(there[1]):
        return False
    ports = {_port(one, here[2]), _port(other, there[2])}
    return len(ports) == 1 or ports <= set(_DEFAULTS.values())


def _port(url: str, written: str | None) -> str:
    return written or _DEFAULTS.get(url.partition(":")[0].lower(), "")


def plain_host(host: str) -> str:
    """A host as names are compared: in small letters, without the root's dot and an IPv6 address's brackets."""
    return host.lower().strip("[]").rstrip(".")


def says_production(host: str) -> bool:
    """Whether a part of the name says so: ``api.prod.example.com``, ``live-api.example.com``, ``payments.production``.

    ``example.live`` is a domain as any other.
    """
    labels = plain_host(host).split(".")
    if len(labels) > 1 and labels[-1] == "live":
        labels.pop()
    return any(_is_said(_JOINTS.split(label)) for label in labels)


def _is_said(words: list[str]) -> bool:
    return any(word in _SAYING and (place == 0 or words[place - 1] not in _DENYING) for place, word in enumerate(words))
