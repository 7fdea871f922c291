"""Scalars as YAML spells them: which text may stand without quotes, and in which quotes it stands else."""

import re
from typing import Any, Final

import yaml

from driftwatch.mocks.text.nodes import is_json_number

_SAFE: Final = re.compile(r"[A-Za-z_/(<][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff#:,\[\]{}&*!|>'\"%@`\ud800-\udfff]*")
"""Text that every reader takes for text, if it is none of the words below; with colons and the like it is quoted."""
_WORDS: Final = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|nan|inf|undefined|_|\.[a-z]+")
"""Words that YAML 1.1 (yaml.org/type/bool.html) or somebody's parser takes for something else."""
_BARE: Final = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z_./+ -]|:(?=\S))*(?<! )")
_RESOLVER: Final[Any] = yaml.resolver.Resolver()
_BREAKS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that only double quotes can hold on one line."""
_ESCAPES: Final = {
    '"': '\\"', "\\": "\\\\", "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v",
    "\f": "\\f", "\r": "\\r", "\x1b": "\\e", "\x85": "\\N", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


def is_plain(text: str) -> bool:
    """Whether a text needs no quotes, whoever reads it."""
    return bool(_SAFE.fullmatch(text)) and not _WORDS.fullmatch(text) and not text.endswith((" ", "\t"))


def is_plain_like(text: str, other: str) -> bool:
    """Whether a text needs no quotes beside another that has none: YAML 1.1 takes both for the same, a date maybe."""
    if is_json_number(text):  # it was a number that stood there
        return False
    tags = {_RESOLVER.resolve(yaml.ScalarNode, one, (True, False)) for one in (text, other)}
    return len(tags) == 1 and bool(_BARE.fullmatch(text)) and not _WORDS.fullmatch(text)


def can_be_single(text: str) -> bool:
    """Whether single quotes can hold a text on one line."""
    return not _BREAKS.search(text)


def single(text: str) -> str:
    """In single quotes."""
    return "'" + text.replace("'", "''") + "'"


def double_inside(text: str, *, is_ascii: bool = False) -> str:
    """A text as it stands between double quotes (YAML 1.2, 5.7)."""
    return "".join([_escaped(one, is_ascii=is_ascii) for one in text])


def double(text: str, *, is_ascii: bool = False) -> str:
    """In double quotes."""
    return f'"{double_inside(text, is_ascii=is_ascii)}"'


def _escaped(one: str, *, is_ascii: bool) -> str:
    if one in _ESCAPES:
        return _ESCAPES[one]
    if not _BREAKS.match(one) and not (is_ascii and one > "~"):
        return one
    code = ord(one)
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def spelled(text: str, quote: str, *, is_ascii: bool = False) -> str:
    """A text in a kind of quotes (none, ``'`` or ``"``), or in those that it needs."""
    if quote == "" and is_plain(text):
        return text
    if quote != '"' and can_be_single(text):
        return single(text)
    return double(text, is_ascii=is_ascii)
