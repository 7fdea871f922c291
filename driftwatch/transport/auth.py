"""How a request shows who asks. Values are ``Secret`` until the moment the request is made."""

from base64 import b64encode
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from driftwatch.model.interaction import Header, Query
from driftwatch.model.secret import Secret


class Auth(Protocol):
    """What a credential adds to a request."""

    def headers(self) -> tuple[Header, ...]:
        """Headers to send, values in the clear."""
        ...

    def query(self) -> Query:
        """Decoded query pairs to append, values in the clear."""
        ...


class NoAuth(Struct, frozen=True):
    """Nobody in particular asks."""

    def headers(self) -> tuple[Header, ...]:
        """None."""
        return ()

    def query(self) -> Query:
        """None."""
        return ()


class BasicAuth(Struct, frozen=True):
    """User name and password (RFC 7617)."""

    username: str
    password: Secret

    def headers(self) -> tuple[Header, ...]:
        """The ``Authorization`` header."""
        pair = f"{self.username}:{self.password.reveal()}"
        return (("Authorization", f"Basic {b64encode(pair.encode()).decode()}"),)

    def query(self) -> Query:
        """None."""
        return ()


class BearerAuth(Struct, frozen=True):
    """A bearer token (RFC 6750, 2.1)."""

    token: Secret

    def headers(self) -> tuple[Header, ...]:
        """The ``Authorization`` header."""
        return (("Authorization", f"Bearer {self.token.reveal()}"),)

    def query(self) -> Query:
        """None."""
        return ()


class Place(StrEnum):
    """Where an API key travels (OpenAPI 3.1, Security Scheme Object, without ``cookie``)."""

    HEADER = "header"
    QUERY = "query"


class ApiKeyAuth(Struct, frozen=True):
    """A key in a header or a query parameter of the service's own naming."""

    name: str
    key: Secret
    place: Place = Place.HEADER

    def headers(self) -> tuple[Header, ...]:
        """The key's header, if it travels in one."""
        return ((self.name, self.key.reveal()),) if self.place is Place.HEADER else ()

    def query(self) -> Query:
        """The key's parameter, if it travels in the query."""
        return ((self.name, self.key.reveal()),) if self.place is Place.QUERY else ()
