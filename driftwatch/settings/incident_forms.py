"""Values that only incidents have: moments of the past, prose, links that open no door, places in an answer."""

import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from driftwatch.model.route import path_of
from driftwatch.model.secret_names import is_secret_name
from driftwatch.settings.forms import Schema
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import quote

_OLDEST: Final = 1990
_LONGEST: Final = 4_000
_CLOCK: Final = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
_MOMENT: Final = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ]{_CLOCK})?")
_PLACE: Final = re.compile(r"(/\S*|status|service|latency|mock|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+)")


class Moment(Struct, frozen=True):
    """A moment of the past (ISO 8601); in UTC unless it says otherwise."""

    def schema(self) -> Schema:
        """The pattern; whether there is such a moment is checked at reading."""
        return {"type": "string", "pattern": f"^{_MOMENT.pattern}$", "errorMessage": self._remedy}

    def read(self, spot: Spot) -> datetime:
        """The moment that stands there, with its zone."""
        try:
            found = datetime.fromisoformat(spot.text)
        except ValueError as error:
            raise RefusedError(f"there is no moment {quote(spot.text)}", self._remedy) from error
        found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        today = spot.reading.known.today
        if found.year < _OLDEST or (today is not None and (found.date() - today).days > 1):
            raise RefusedError(f"{quote(spot.text)} is no moment of the past", self._remedy)
        return found

    def show(self, value: datetime | None) -> str | None:
        """In UTC."""
        return None if value is None else f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def _remedy(self) -> str:
        return "Write a moment that is over, such as `2026-05-04T09:12:00Z`."


class Prose(Struct, frozen=True):
    """A few sentences, on as many lines as they need; empty as long as nobody knows."""

    remedy: str

    def schema(self) -> Schema:
        """A string, of limited length."""
        return {"type": ["string", "null"], "maxLength": _LONGEST, "errorMessage": self.remedy}

    def read(self, spot: Spot) -> str:
        """The text, without the blanks around it."""
        if not all(char.isprintable() or char in "\n\t" for char in spot.text):
            raise RefusedError("found a text with an invisible character in it", self.remedy)
        return "" if spot.plain is None else spot.text.strip()

    def show(self, value: str) -> str | None:
        """Itself."""
        return value or None


class Link(Struct, frozen=True):
    """A URL at which people read more. It must not open a door: no user info, no token."""

    def schema(self) -> Schema:
        """``writeOnly`` keeps what stands here out of complaints: it may hold a token."""
        return {"type": "string", "pattern": "^https?://", "maxLength": 2_000, "writeOnly": True,
                "errorMessage": self._remedy}  # fmt: skip

    def read(self, spot: Spot) -> str:
        """The URL."""
        try:
            parts = urlsplit(spot.text)
            names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)]
        except ValueError as error:
            raise RefusedError("found a link that is no URL", self._remedy) from error
        if not parts.hostname or not spot.text.isprintable() or " " in spot.text:
            raise RefusedError("found a link that is no URL", self._remedy)
        if "@" in parts.netloc or any(map(is_secret_name, names)):
            raise RefusedError("found a link with a credential in it", self._remedy)
        return spot.text

    def show(self, value: str) -> str:
        """Itself."""
        return value

    @property
    def _remedy(self) -> str:
        return "Write a URL that begins with https:// or http://, without a password or token in it."


class EndpointPath(Struct, frozen=True):
    """The path of an endpoint, or a URL that leads there; a query would hold somebody's values."""

    def schema(self) -> Schema:
        """``writeOnly`` keeps what stands here out of complaints: a query may hold a token."""
        return {"type": "string", "pattern": r"^(/|https?://[^/?#@\s]+/?)[^?#\s]*$", "maxLength": 500,
                "writeOnly": True, "errorMessage": "Write a path such as `/orders/{id}`, without a query."}  # fmt: skip

    def read(self, spot: Spot) -> str:
        """The path alone."""
        if not spot.text.isprintable():
            raise RefusedError("found a path with an invisible character in it", "Write a path such as `/orders/{id}`.")
        return path_of(spot.text)

    def show(self, value: str) -> str | None:
        """Itself."""
        return value or None


class Place(Struct, frozen=True):
    """A place in an answer, as findings name places."""

    def schema(self) -> Schema:
        """The pattern."""
        return {"type": ["string", "null"], "pattern": f"^{_PLACE.pattern}$", "maxLength": 500,
                "errorMessage": "Write a place as findings name it: `/items/*/price`, `status`, `header:ETag`; or "
                "leave it out."}  # fmt: skip

    def read(self, spot: Spot) -> str:
        """The place; empty for none."""
        return "" if spot.plain is None else spot.text

    def show(self, value: str) -> str | None:
        """Itself."""
        return value or None
