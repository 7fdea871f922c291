"""What a text looks like, where no name tells: addresses and identifiers have a form, words of programs another."""

import re
from collections import Counter
from enum import StrEnum
from math import log2
from typing import Final

from driftwatch.model.styled_number import STYLED_NUMBER


class Look(StrEnum):
    """The form of a text."""

    UUID = "uuid"
    EMAIL = "e-mail"
    URL = "url"
    TOKEN = "token"  # noqa: S105
    """A JSON Web Token, or another string without a form, too long and too mixed to be anything but drawn."""
    IP = "ip"
    MAC = "mac"
    IBAN = "iban"
    CARD = "card"
    PHONE = "phone"
    IDENTIFIER = "identifier"
    HOST = "host"
    WAY = "way"
    """A path of an URL or of a file."""
    WORD = "word"
    """What programs choose by, or a number, a version, a language, a media type: nothing of anybody."""
    PROSE = "prose"


UUID: Final = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
EMAIL: Final = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@[\w.-]{1,190}\.[^\W\d_][\w-]{1,62}")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s]+|(?:data|mailto|tel):[^\s]+")
_JWT: Final = re.compile(r"eyJ[\w-]{4,}\.[\w-]{4,}\.[\w-]*")
_IPV4: Final = re.compile(
    r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?!$)|(?=[:/]|$))){4}(?::[0-9]{1,5})?(?:/[0-9]{1,2})?"
)
_IPV6: Final = re.compile(
    r"(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?=[0-9A-Fa-f:]*::)[0-9A-Fa-f:]{3,39})(?:/[0-9]{1,3})?"
)
_MAC: Final = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}")
_DIGITS_OF_CARD: Final = re.compile(r"[0-9](?:[ -]?[0-9]){12,18}")
_PHONE: Final = re.compile(
    r"(?:\+|00)[0-9](?:[ ()./-]{0,2}[0-9]){6,14}|\([0-9]{2,5}\)[ ]?[0-9](?:[ /-]?[0-9]){4,9}|[0-9]{3}-[0-9]{3}-[0-9]{4}"
)
_NUMBER: Final = re.compile(
    r"[0-9]{1,9}|[+-][0-9]+|[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)|[+-]?[0-9]+[.,][0-9]+"
)
_AMOUNT: Final = re.compile(STYLED_NUMBER)
_HEX: Final = re.compile(r"(?=.*[0-9])(?:[0-9a-f]{16,}|[0-9A-F]{16,})")
_ULID: Final = re.compile(r"[0-7](?=[0-9A-Z]*[0-9])[0-9A-HJKMNP-TV-Z]{25}")
_PREFIXED: Final = re.compile(r"[A-Za-z]{1,12}(?:_[a-z]{2,8})?[_-](?=[0-9A-Za-z_-]*[0-9])[0-9A-Za-z][0-9A-Za-z_-]*")
_NUMBERED: Final = re.compile(
    r"(?=(?:[^0-9]*[0-9]){3})(?=[^A-Za-z]*[A-Za-z])[0-9A-Za-z]+(?:[-_#/.:][0-9A-Za-z]+)*"
    r"|#?[0-9]{10,}|#[0-9]{2,}|(?=(?:[^0-9]*[0-9]){6})[0-9]+(?:[-/ ][0-9]+)+"
)
"""A code with three digits or more: ``AB1234``, ``INV-2024-0017``; digits that no amount has."""
_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?P<last>[A-Za-z]{2,24})(?::[0-9]{1,5})?"
)
_ENDINGS: Final = frozenset({
    "com", "org", "net", "io", "dev", "app", "cloud", "internal", "local", "localhost", "example", "test",
    "invalid", "info", "biz", "co", "de", "at", "ch", "fr", "it", "es", "nl", "uk", "us", "eu", "pl", "se", "no",
    "fi", "dk", "be", "jp", "cn", "in", "br", "au", "ca", "ru", "svc", "cluster", "lan", "corp", "intra", "ai",
    "me", "tech", "online", "shop",
})  # fmt: skip
_WAY: Final = re.compile(r"/[^\s?#]*(?:\?[^\s]*)?|[A-Za-z]:\\[^\s]+|(?:[\w.-]+/){2,}[\w.-]+")
_SMALL: Final = re.compile(
    r"[a-z]{1,24}|[A-Z]{1,24}|[a-z][a-z0-9]{0,20}(?:[_:][a-z][a-z0-9]{0,20}){1,5}|[A-Z][A-Z0-9]{0,20}(?:[_-][A-Z0-9]{1,20}){1,5}"
    r"|[a-z]{2,12}(?:[A-Z][a-z]{1,14}){1,4}"
)
"""``paid``, ``EUR``, ``in_progress``, ``order:created``, ``IN_PROGRESS``, ``inProgress``."""
_CHOSEN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,30}(?:[_.:/-][A-Za-z0-9]{1,30}){0,5}")
"""What programs choose by where a name says that they do: ``Refunded`` and ``order.created``, too."""
_SHORT: Final = re.compile(r"(?![A-Z][a-z]+\Z)[A-Za-z0-9+*#._-]{1,6}")
_TAG: Final = re.compile(
    r"[a-z]{2,3}(?:[-_][A-Z][a-z]{3})?[-_](?:[A-Z]{2}|[0-9]{3})"  # a language (RFC 5646)
    r"|v?[0-9]{1,4}(?:\.[0-9]{1,5}){1,3}(?:[-+][0-9A-Za-z.]{1,16})?"  # a version
    r"|[a-z]{2,20}/[a-z0-9.+*-]{1,40}(?:; ?charset=[\w-]+)?"  # a media type
    r"|P(?=[0-9T])(?:[0-9]+[YMWD])*(?:T(?:[0-9]+[HMS])+)?"  # a duration (ISO 8601)
    r"|#[0-9A-Fa-f]{3,8}"  # a colour
    r"|(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)/[A-Za-z_/+-]{2,40}"
    r"|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}"
)
_PREFIX_OF_SECRET: Final = re.compile(
    r"(?:sk|pk|rk|whsec)_(?:live|test)_|whsec_|gh[opusr]_|github_pat_|glpat-|xox[abprs]-|AKIA[0-9A-Z]{8}|ASIA[0-9A-Z]{8}"
    r"|AIza[\w-]{10}|ya29\.|SG\.|key-[0-9a-f]{16}|npm_|pypi-|dop_v1_|shpat_|EAAC"
    r"|(?i:bearer|basic) [\w.~+/=-]{6,}|-----BEGIN"
)
"""How credentials of known services begin, after the rules of gitleaks (MIT)."""
_SCATTERED: Final = 3
"""Runs of digits in a member's name that nobody chose: ``shippingAddressLine1`` has one."""
_TELLING: Final = re.compile("[0-9@:-]")
"""No identifier or address is without one of these."""
_DRAWN: Final = re.compile(r"[A-Za-z0-9_~+/=.-]{16,}")
_LONGEST: Final = 2_000
"""Longer texts are looked at as prose or as a blob only: no pattern is worth their time."""


def look(text: str) -> Look:
    """What a text that is not blank looks like."""
    if len(text) > _LONGEST:
        return Look.TOKEN if _is_drawn(text[:_LONGEST]) else Look.PROSE
    for kind, matches in _IN_TURN:
        if matches(text):
            return kind
    return Look.PROSE


def is_code(text: str) -> bool:
    """Whether a text is a word that programs choose by, whatever else it may look like."""
    return bool(_SMALL.fullmatch(text) or _SHORT.fullmatch(text) or _TAG.fullmatch(text))


def is_chosen(text: str) -> bool:
    """Whether a text is such a word, as far as its form tells, where the member's name says so."""
    return is_code(text) or (_CHOSEN.fullmatch(text) is not None and sum(map(str.isdigit, text)) < 3)


def is_amount(text: str) -> bool:
    """Whether a text is a number with separators, a currency or a percent sign."""
    return _AMOUNT.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Whether a member's name is data and no name: an identifier, somebody's address."""
    if len(text) > _LONGEST:
        return True
    if _TELLING.search(text) is None:
        return False
    return bool(
        UUID.fullmatch(text) or EMAIL.fullmatch(text) or _HEX.fullmatch(text) or _ULID.fullmatch(text)
        or (len(re.findall("[0-9]+", text)) >= _SCATTERED and _is_drawn(text))
        or (len(text) >= 4 and text.isdigit()) or _is_ip(text) or _is_long_prefixed(text)
    )  # fmt: skip


def _is_long_prefixed(text: str) -> bool:
    return _PREFIXED.fullmatch(text) is not None and len(re.split("[_-]", text)[-1]) >= 6


def _is_ip(text: str) -> bool:
    return bool(_IPV4.fullmatch(text) or _IPV6.fullmatch(text))


def _is_card(text: str) -> bool:
    return _DIGITS_OF_CARD.fullmatch(text) is not None and luhn(text)


def luhn(text: str) -> bool:
    """Whether the last digit is the check of the others (ISO/IEC 7812-1, annex B)."""
    digits = [int(sign) for sign in reversed(text) if sign.isdecimal()]
    return sum(digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)) % 10 == 0


def _is_iban(text: str) -> bool:
    return _IBAN.fullmatch(text) is not None and remainder(text) == 1


def remainder(iban: str) -> int:
    """The remainder by 97 that is 1 for an IBAN (ISO 13616-1, annex A)."""
    plain = iban.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97


def _is_host(text: str) -> bool:
    found = _HOST.fullmatch(text)
    return found is not None and (found["last"].lower() in _ENDINGS)


def _is_token(text: str) -> bool:
    return _PREFIX_OF_SECRET.match(text) is not None or _is_drawn(text)


def _is_drawn(text: str) -> bool:
    """Whether nobody wrote this: letters and digits mixed, or letters alone with nothing to be spoken in them."""
    if _DRAWN.fullmatch(text) is None:
        return False
    runs = [run for run in re.split(r"[^A-Za-z]+", text) if run]
    has_digits, has_cases = any(map(str.isdigit, text)), text != text.lower() and text != text.upper()
    if has_digits and has_cases:
        return _entropy(text) >= 3
    if not has_digits and max(map(len, runs), default=0) < 20:
        return False
    return _entropy(text) >= 3.5 and not _HEX.fullmatch(text)


def _entropy(text: str) -> float:
    """Bits for a sign (Shannon)."""
    size = len(text)
    return -sum(times / size * log2(times / size) for times in Counter(text).values())


def _is_identifier(text: str) -> bool:
    return bool(_HEX.fullmatch(text) or _ULID.fullmatch(text) or _PREFIXED.fullmatch(text) or _NUMBERED.fullmatch(text))


_IN_TURN: Final = (
    (Look.UUID, UUID.fullmatch),
    (Look.URL, _URL.fullmatch),
    (Look.EMAIL, EMAIL.fullmatch),
    (Look.MAC, _MAC.fullmatch),
    (Look.IP, _is_ip),
    (Look.IBAN, _is_iban),
    (Look.CARD, _is_card),
    (Look.PHONE, _PHONE.fullmatch),
    (Look.WAY, re.compile(r"/[^\s]*").fullmatch),
    (Look.WORD, _TAG.fullmatch),
    (Look.TOKEN, _JWT.fullmatch),
    (Look.WORD, _NUMBER.fullmatch),
    (Look.WORD, _AMOUNT.fullmatch),
    (Look.TOKEN, _PREFIX_OF_SECRET.match),
    (Look.IDENTIFIER, _is_identifier),
    (Look.TOKEN, _is_token),
    (Look.HOST, _is_host),
    (Look.WORD, is_code),
    (Look.WAY, _WAY.fullmatch),
)
