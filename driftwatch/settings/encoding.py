"""Bytes → text, for files that people write: UTF-8, with or without a byte order mark."""

import codecs
from typing import Final

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.settings.node import address

_REMEDY: Final = "Save it as UTF-8."

_OTHERS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"),
)  # fmt: skip
"""Marks of other encodings; the longer ones first, since one begins like the other."""


def decode(raw: bytes, file: str) -> str:
    """The text of a config.

    Raises ``SettingsError`` if it is not UTF-8, with the line of the first byte that is not.
    """
    for mark, name in _OTHERS:
        if raw.startswith(mark):
            raise SettingsError([Mistake(address(file, 1), f"the file is written in {name}", _REMEDY)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{raw[error.start]:02X} is not UTF-8"
        raise SettingsError([Mistake(address(file, line), found, _REMEDY)]) from error
