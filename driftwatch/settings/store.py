"""Where the memory of audits rests: a file, a PostgreSQL, or nowhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.model.secret import Secret
from driftwatch.settings.forms import Schema
from driftwatch.settings.reference import has_reference, resolve
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import quote

VARIABLE: Final = "DRIFTWATCH_STORE"
NONE: Final = "none"
FILE: Final = ".driftwatch/driftwatch.db"
"""Where memory rests unless a config says otherwise, below the config's folder."""
STATE: Final = "DRIFTWATCH_STATE"
"""Names a folder where it rests instead, for a config that stands where nothing may be written: in a ConfigMap, say."""

REMEDY: Final = (
    "Write a path, `none`, or the URL of a PostgreSQL without password: `postgresql://user@host/database`; one with a "
    "password is referred to: `${env:STORE_URL}`."
)
_SCHEMES: Final = ("sqlite", "postgresql", "postgres")


class StorePlace(Struct, frozen=True):
    """A place as written, and where it leads."""

    written: str
    """Fit to be shown: a reference stands there in place of a password."""
    place: Secret | None = None
    """A path or a URL; ``None`` where nothing is to rest."""
    is_chosen: bool = True
    """Somebody wrote it: a run that cannot be remembered there is not what was asked for."""

    def settled(self, environment: Mapping[str, str], folder: Path) -> "StorePlace":
        """The same; where nobody chose one, in the folder that DRIFTWATCH_STATE names, or else below the config's."""
        if self.is_chosen:
            return self
        state = environment.get(STATE, "").strip()
        place = Path(state, Path(FILE).name) if state else folder / FILE
        return StorePlace(self.written, Secret(str(place)), is_chosen=False)


DEFAULT: Final = StorePlace(FILE, is_chosen=False)
"""Leads nowhere until a config says below which folder: without a config, nothing rests."""


class StoreForm(Struct, frozen=True):
    """A path, a URL, or the word for neither."""

    def schema(self) -> Schema:
        """A text. ``writeOnly``: what stands here may be a password astray."""
        return {"type": "string", "minLength": 1, "maxLength": 1000, "writeOnly": True, "errorMessage": REMEDY}

    def read(self, spot: Spot) -> StorePlace:
        """The place; a relative path starts at the config's folder."""
        written = spot.text
        if has_reference(written):
            return StorePlace(written, _led(resolve(written, spot.surroundings).secret.reveal(), spot))
        place = _led(written, spot)
        if place is not None and _has_password(place.reveal()):
            raise RefusedError("found a URL with a password in it", REMEDY)
        return StorePlace(written, place)

    def show(self, value: StorePlace) -> str | None:
        """As written; nothing where nobody wrote anything, since a place that is chosen must work."""
        return value.written if value.is_chosen else None


def _led(text: str, spot: Spot) -> Secret | None:
    return _place(text, spot.surroundings.folder)


def _place(text: str, folder: Path) -> Secret | None:
    """Where a text leads from a folder. Raises ``RefusedError`` for the URL of something else, without repeating it."""
    if text == NONE:
        return None
    scheme, is_url, rest = text.partition("://")
    if not is_url:
        path = folder / text
        if path.is_dir():
            raise RefusedError(f"{quote(text)} is a folder", f"Name a file in it: {quote(f'{text}/driftwatch.db')}.")
        return Secret(str(path))
    name = scheme.partition("+")[0]
    if name not in _SCHEMES:
        raise RefusedError(f"found a URL of {quote(name)}", REMEDY)
    return Secret(str(folder / rest.removeprefix("/")) if name == "sqlite" else text)


def _has_password(url: str) -> bool:
    if "://" not in url:
        return False
    try:
        split = urlsplit(url)
    except ValueError:
        return True  # nobody can tell, so nobody is to read it
    return split.password is not None or any(name == "password" for name, _ in parse_qsl(split.query))


def named_place(text: str, source: str, cwd: Path) -> StorePlace:
    """The place that an option or a variable names; a relative path starts where the command was called.

    Raises ``SettingsError`` for the URL of something else.
    """
    try:
        return StorePlace(source, _place(text, cwd))
    except RefusedError as refused:
        raise SettingsError([Mistake(source, refused.found, refused.remedy)]) from refused


def place_in(environment: Mapping[str, str], cwd: Path) -> StorePlace | None:
    """The place that DRIFTWATCH_STORE names, which goes before that of a config; ``None`` if it is not set."""
    text = environment.get(VARIABLE, "").strip()
    return named_place(text, VARIABLE, cwd) if text else None
