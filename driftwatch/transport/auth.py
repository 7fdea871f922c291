"""How a request shows who asks. Values are ``Secret`` until the moment the request is made."""

from base64 import b64encode
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from driftwatch.model.interaction import Header, Query
from driftwatch.model.secret import Secret


class Auth(Protocol):
    """What a credential adds to a request. Asked anew for every sample: what is shown may change meanwhile."""

    def headers(self) -> tuple[Header, ...]:
        """Headers to send, values in the clear. May have to wait; raises ``Refusal`` if there is nothing to show."""
        ...

    def query(self) -> Query:
        """Decoded query pairs to append, values in the clear."""
        ...

    def renew(self, shown: tuple[Header, ...]) -> bool:
        """The service did not accept these headers (401): whether there are others to show by now."""
        ...

    def heed(self, *, was_accepted: bool) -> None:
        """What came of showing another one."""
        ...


class _Lasting(Struct, frozen=True):
    """Credentials that change only where they are kept."""

    def headers(self) -> tuple[Header, ...]:
        """None."""
        return ()

    def query(self) -> Query:
        """None."""
        return ()

    def renew(self, shown: tuple[Header, ...]) -> bool:
        """Whether they were changed there meanwhile."""
        return self.headers() != shown

    def heed(self, *, was_accepted: bool) -> None:
        """Nothing follows."""


class NoAuth(_Lasting, frozen=True):
    """Nobody in particular asks."""


class BasicAuth(_Lasting, frozen=True):
    """User name and password (RFC 7617)."""

    username: Secret
    password: Secret

    def headers(self) -> tuple[Header, ...]:
        """The ``Authorization`` header."""
        pair = f"{self.username.reveal()}:{self.password.reveal()}"
        return (("Authorization", f"Basic {b64encode(pair.encode()).decode()}"),)


class BearerAuth(_Lasting, frozen=True):
    """A bearer token (RFC 6750, 2.1)."""

    token: Secret

    def headers(self) -> tuple[Header, ...]:
        """The ``Authorization`` header."""
        return (("Authorization", f"Bearer {self.token.reveal()}"),)


class Place(StrEnum):
    """Where an API key travels (OpenAPI 3.1, Security Scheme Object)."""

    HEADER = "header"
    QUERY = "query"
    COOKIE = "cookie"


class ApiKeyAuth(_Lasting, frozen=True):
    """A key in a header, a query parameter or a cookie of the service's own naming."""

    name: str
    key: Secret
    place: Place = Place.HEADER

    def headers(self) -> tuple[Header, ...]:
        """The key's header, if it travels in one; a cookie is one, too (RFC 6265, 4.2.1)."""
        if self.place is Place.QUERY:
            return ()
        if self.place is Place.COOKIE:
            return (("Cookie", f"{self.name}={self.key.reveal()}"),)
        return ((self.name, self.key.reveal()),)

    def query(self) -> Query:
        """The key's parameter, if it travels in the query."""
        return ((self.name, self.key.reveal()),) if self.place is Place.QUERY else ()


class HeadersAuth(_Lasting, frozen=True):
    """Headers of the service's own making."""

    values: tuple[tuple[str, Secret], ...]

    def headers(self) -> tuple[Header, ...]:
        """All of them."""
        return tuple((name, value.reveal()) for name, value in self.values)


class ClientCertificate(Struct, frozen=True):
    """A certificate of our own, shown to whoever asks for one when a connection is made (mTLS)."""

    certificate: str
    """Path of a PEM file: the certificate, then its chain."""
    key: str
    """Path of a PEM file."""
    password: Secret
    """Of the key; empty if that is not encrypted."""


class Profile(Struct, frozen=True):
    """Somebody as whom a target is asked."""

    auth: Auth = NoAuth()
    certificate: ClientCertificate | None = None


NOBODY: Profile = Profile()
"""Asks without showing anything."""
