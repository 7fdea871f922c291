"""URLs and paths as they may be kept: where something was asked, never with what."""

import os
from typing import Final

_LONGEST: Final = 2000


def cleaned(url: str) -> str:
    """A URL without user info, query and fragment."""
    bare = url.partition("#")[0].partition("?")[0]
    if "@" in bare:
        scheme, separator, rest = bare.partition("://")
        if separator:
            host, slash, path = rest.partition("/")
            bare = f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
    return bare[:_LONGEST]


def absolute(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> str:
    """A path from the root on, with no link followed: what a test calls a file is what its team calls it."""
    return os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - Path.resolve() follows links


def writable(text: str) -> str:
    r"""Text that UTF-8 and databases can carry: what a file is called that is no UTF-8, say, is spelled ``\udcff``."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", r"\x00")
