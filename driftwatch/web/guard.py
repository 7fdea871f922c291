"""Who may read: HTTP Basic (RFC 7617) against hashed passwords."""

import base64
import binascii
import hashlib
import hmac
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from driftwatch.model.password import fits, hash_password

Users = Callable[[], Mapping[str, str]]
"""The hash of each user's password, as the config says it at this moment."""
_REMEMBERED: Final = 64
_LONGEST: Final = 1024
"""Characters of credentials that are looked at."""


@cache
def _nobody() -> str:
    """Checked against for a name that nobody has, so that names cannot be told by time."""
    return hash_password("", b"driftwatch-nobody")


class Guard:
    """Any thread may ask; hashing takes some 40 ms of a core, so one at a time is hashed and who came in is known."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._secret = os.urandom(32)
        self._known: OrderedDict[bytes, None] = OrderedDict()
        """Digests of credentials that fit, with the hash they were checked against; keyed for this process alone."""
        self._lock = threading.Lock()
        self._hashing = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether everybody may read."""
        return not self._users()

    def hash_of(self, name: str) -> str:
        """What the config says of a user's password; empty for nobody."""
        return self._users().get(name, "")

    def is_known(self, authorization: str) -> bool:
        """Whether these very credentials came in before and still hold; takes no time."""
        digest = self._digest(authorization)
        with self._lock:
            return digest is not None and digest in self._known

    def admits(self, authorization: str) -> bool:
        """Whether the credentials are those of a user; may take a while."""
        if self.is_open or self.is_known(authorization):
            return True
        found = _credentials(authorization)
        if found is None:
            return False
        name, password = found
        hashed = self._users().get(name)
        with self._hashing:
            is_right = fits(password, hashed or _nobody())
        digest = self._digest(authorization)
        if not is_right or hashed is None or digest is None:
            return False
        with self._lock:
            self._known[digest] = None
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return True

    def _digest(self, authorization: str) -> bytes | None:
        found = _credentials(authorization)
        hashed = self._users().get(found[0]) if found is not None else None
        if hashed is None:
            return None
        text = f"{hashed}\0{authorization}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, text, hashlib.sha256).digest()


def name_in(authorization: str) -> str:
    """The name in credentials, whether or not the password fits; empty if there is none."""
    found = _credentials(authorization)
    return found[0] if found is not None else ""


def _credentials(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > _LONGEST:
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon else None
