"""Which addresses a connection may go to. A name is looked up once, what comes back is checked, and only that is used.

Between the check and the connection nothing is looked up again, so a name that answers otherwise the second time (DNS
rebinding) gains nothing. Addresses of metadata services are refused always, whoever names them: nobody's staging is
there, and what is there are credentials. Loopback, link-local, unspecified and multicast addresses are refused unless
the config says them: as the very host of a target or of ``connect_to``, or below ``allow_addresses``.

Where a proxy is in the way it looks names up, and only the way to the proxy can be checked here; addresses and names
that stand in a target itself are checked with the config.
"""

import socket
from typing import Any

from msgspec import Struct
from urllib3.util.connection import allowed_gai_family

from driftwatch.model.address import (
    METADATA,
    Address,
    Network,
    is_loopback_name,
    is_metadata,
    meant,
    nature_of,
    read_address,
)
from driftwatch.transport.target import Refusal


class ForbiddenAddressError(Refusal):
    """A host is found at an address that nothing may be sent to; the message names both, and the remedy."""

    is_final = True


class Guard(Struct, frozen=True):
    """What may be connected to in place of one host."""

    host: str
    """As the config writes it: a name, or an address with or without brackets."""
    allowed: tuple[Network, ...] = ()
    """Networks that the operator allows by name, whatever their nature."""

    def addresses(self, port: int) -> tuple[str, ...]:
        """Look the host up: the addresses that may be connected to, at least one, in the order of the answer.

        Raises ``ForbiddenAddressError`` if all are refused, ``socket.gaierror`` if there are none, ``UnicodeError`` if
        the host cannot be a name at all.
        """
        host = self.host.strip("[]")
        host.encode("idna")
        entries = socket.getaddrinfo(host, port, allowed_gai_family(), socket.SOCK_STREAM)
        found = dict.fromkeys(_spelled(entry[4]) for entry in entries)
        kept = tuple(address for address in found if not self.objection(address))
        if not kept:
            first = next(iter(found))
            raise ForbiddenAddressError(f"{self._where(first)} is {self.objection(first)}")
        return kept

    def objection(self, text: str) -> str:
        """Why an address may not be connected to, with the remedy; empty if it may."""
        address = read_address(text)
        if address is None:
            return "no address that can be checked"
        spellings = tuple(meant(address))
        if is_metadata(self.host) or any(each in METADATA for each in spellings):
            return "the metadata service of a cloud, to which nothing is ever sent"
        if self._is_written(address, spellings):
            return ""
        for each in spellings:
            nature = nature_of(each)
            if nature and not (is_loopback_name(self.host) and each.is_loopback):
                return f"{nature}; if it is meant, write the address itself, or allow it under `allow_addresses`"
        return ""

    def _is_written(self, address: Address, spellings: tuple[Address, ...]) -> bool:
        """Whether the config names the very address, or a network that holds it."""
        written = read_address(self.host)
        if written is not None and int(written) == int(address) and written.version == address.version:
            return True
        return any(each in network for network in self.allowed for each in spellings)

    def _where(self, address: str) -> str:
        host = self.host.strip("[]")
        return host if host == address else f"{host} resolves to {address}, which"


def _spelled(place: tuple[Any, ...]) -> str:
    """The address of a socket's place, with its zone where it needs one (RFC 4007, 11)."""
    zone = place[3] if len(place) == 4 else 0
    return f"{place[0]}%{zone}" if zone and "%" not in place[0] else str(place[0])


def connect(guard: Guard, port: int, timeout: float) -> socket.socket:
    """A connection to the guarded host, for doors that have no connection pool.

    Raises ``ForbiddenAddressError`` before anything is sent, ``OSError`` if no address answers.
    """
    trouble: OSError = OSError("no address")
    for address in guard.addresses(port):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            trouble = error
    raise trouble
