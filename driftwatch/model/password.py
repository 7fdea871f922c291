"""Passwords as they may rest: hashed with scrypt (RFC 7914), so that whoever reads the hash cannot log in with it."""

import base64
import hashlib
import hmac
import re
from typing import Final

PATTERN: Final = re.compile(
    r"scrypt:(\d{1,2}):(\d{1,2}):(\d{1,2}):([A-Za-z0-9+/]{16,88}={0,2}):([A-Za-z0-9+/]{40,88}={0,2})"
)
"""``scrypt:LOG2_N:R:P:SALT:KEY``, the last two in Base64."""
_LOG_N: Final = 14
_R: Final = 8
_P: Final = 1
"""16 MiB and about 40 ms: the parameters of RFC 7914's examples for interactive log-in."""
_MOST_MEMORY: Final = 256 * 1024**2


def hash_password(password: str, salt: bytes) -> str:
    """The text that a config may hold; ``salt`` is 16 random bytes."""
    key = _key(password, salt, _LOG_N, _R, _P)
    return f"scrypt:{_LOG_N}:{_R}:{_P}:{base64.b64encode(salt).decode()}:{base64.b64encode(key).decode()}"


def is_hash(text: str) -> bool:
    """Whether this could be checked against: the form is right, and checking takes no more than 256 MiB."""
    found = PATTERN.fullmatch(text)
    return found is not None and _memory(*map(int, found.groups()[:3])) <= _MOST_MEMORY


def fits(password: str, hashed: str) -> bool:
    """Whether this is the password; takes as long for a wrong one. ``False`` for what is no hash."""
    found = PATTERN.fullmatch(hashed)
    if found is None or not is_hash(hashed):
        return False
    log_n, r, p = map(int, found.groups()[:3])
    salt, key = base64.b64decode(found[4]), base64.b64decode(found[5])
    return hmac.compare_digest(_key(password, salt, log_n, r, p, len(key)), key)


def _key(password: str, salt: bytes, log_n: int, r: int, p: int, length: int = 32) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=2**log_n, r=r, p=p,
        maxmem=2 * _MOST_MEMORY, dklen=length,
    )  # fmt: skip


def _memory(log_n: int, r: int, p: int) -> int:
    """Bytes that scrypt needs; a size beyond any for parameters that it does not know."""
    return 128 * 2**log_n * r * p if log_n and r and p else _MOST_MEMORY + 1
