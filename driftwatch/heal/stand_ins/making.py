"""The stand-ins themselves: people nobody is, numbers set aside for examples, words of no weight."""

import re
from collections.abc import Iterator
from itertools import cycle
from typing import Final

from driftwatch.heal.stand_ins.drawing import like_text
from driftwatch.heal.stand_ins.looks import remainder

_GIVEN: Final = ("Robin", "Alex", "Kim", "Sascha", "Jamie", "Taylor", "Noa", "Charlie", "Quinn", "Rene", "Sam", "Toni")
_FAMILY: Final = ("Example", "Sample", "Specimen", "Muster", "Placeholder", "Template", "Pattern", "Instance")
_COMPANIES: Final = ("Example Ltd", "Sample Inc", "Specimen AG", "Pattern Group", "Instance Co", "Template Partners")
_CITIES: Final = ("Exampletown", "Sampleville", "Specimen City", "Patternburg", "Templateford", "Instance Bay")
_STREETS: Final = (
    "Example Street",
    "Sample Road",
    "Specimen Lane",
    "Pattern Avenue",
    "Template Way",
    "Instance Square",
)
_EXAMPLE: Final = "Example"
_TEXT: Final = "text"
_LATIN: Final = (
    "lorem", "ipsum", "dolor", "sit", "amet,", "consectetur", "adipiscing", "elit,", "sed", "do", "eiusmod", "tempor",
    "incididunt", "ut", "labore", "et", "dolore", "magna", "aliqua",
)  # fmt: skip
_SHORT: Final = 24
"""Characters of a text that gets no Latin."""
_LONGEST: Final = 20_480
"""Characters of a text: longer ones end here."""
_FILLER: Final = "example"
_CARDS: Final = {
    13: "4222222222222", 14: "30569309025904", 15: "378282246310005", 16: "4242424242424242", 19: "6205500000000000004",
}  # fmt: skip
"""Numbers that payment services give out for tests (Stripe: "Testing", 2025; PayPal: "Test credit card numbers")."""
_NETWORKS: Final = ("192.0.2", "198.51.100", "203.0.113")
"""RFC 5737: documentation."""

JWT: Final = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJlLW9mLW5vYm9keQ"
"""A JSON Web Token of nobody: its subject is ``example``."""


def given_name(place: int) -> str:
    """The first name of nobody."""
    return _GIVEN[place % len(_GIVEN)]


def family_name(place: int) -> str:
    """The last name of nobody."""
    return _FAMILY[place % len(_FAMILY)]


def person(place: int) -> str:
    """Nobody's whole name."""
    return f"{given_name(place)} {family_name(place)}"


def user_name(place: int) -> str:
    """What nobody logs in with."""
    return f"{given_name(place).lower()}.{family_name(place).lower()}"


def company(place: int) -> str:
    """A firm that is none."""
    return _COMPANIES[place % len(_COMPANIES)]


def city(place: int) -> str:
    """A town on no map."""
    return _CITIES[place % len(_CITIES)]


def street(place: int, like: str) -> str:
    """A street in it, with a number where there was one."""
    name = _STREETS[place % len(_STREETS)]
    return f"{1 + place} {name}" if any(map(str.isdigit, like)) else name


def email(place: int) -> str:
    """An address that nobody reads (RFC 2606)."""
    return f"user{place + 1}@example.com" if place else "user@example.com"


def host(place: int) -> str:
    """A host that is nobody's (RFC 2606)."""
    return f"host{place + 1}.example.com" if place else "example.com"


def network_address(place: int, like: str) -> str:
    """An address of a network set aside for documentation (RFC 5737, RFC 3849)."""
    if ":" in like and "." not in like:
        body, slash, width = like.partition("/")
        address = f"2001:db8::{place + 1:x}"
        return f"{address.upper() if body != body.lower() else address}{slash}{width}"
    tail = re.sub(r"^[0-9.]+", "", like)
    return f"{_NETWORKS[place // 254 % len(_NETWORKS)]}.{1 + place % 254}{tail}"


def hardware_address(place: int, like: str) -> str:
    """One of those for documentation (RFC 7042, 2.1.2)."""
    spelled = f"00:00:5e:00:53:{place % 256:02x}".replace(":", like[2])
    return spelled.upper() if like != like.lower() else spelled


def phone(place: int, like: str) -> str:
    """A number that never rings: 555-01xx where there is room for it (NANPA), laid out as the other was."""
    count = sum(map(str.isdecimal, like))
    core = f"55501{place % 100:02d}"
    digits = f"1202{core}" if count == 11 else core.rjust(count, "2")[-count:]
    spelled = iter(digits)
    leading = len(like) - len(like.lstrip("0"))
    return "".join(
        _dialled(sign, next(spelled), at < leading) if sign.isdecimal() else sign for at, sign in enumerate(like)
    )


def _dialled(sign: str, digit: str, is_leading_zero: bool) -> str:
    return sign if is_leading_zero else digit


def card(like: str) -> str:
    """A card that payment services know as a test, laid out as the other was."""
    count = sum(map(str.isdecimal, like))
    digits = iter(_CARDS.get(count) or _checked("4" + "0" * (count - 2)))
    return "".join(next(digits) if sign.isdecimal() else sign for sign in like)


def _checked(digits: str) -> str:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return digits + str(-sum(sum(divmod(digit, 10)) for digit in doubled) % 10)


def iban(place: int, like: str) -> str:
    """An account that is none, with a check that is right (ISO 13616-1)."""
    plain = like.replace(" ", "")
    body = "".join("X" if sign.isalpha() else "0" for sign in plain[4:])
    digits = str(place + 1)
    if body.endswith("0" * len(digits)):
        body = body[: -len(digits)] + digits
    spelled = iter(f"{plain[:2]}{98 - remainder(f'{plain[:2]}00{body}'):02d}{body}")
    return "".join(sign if sign == " " else next(spelled) for sign in like)


def latitude(place: int, like: str) -> str:
    """A place at the observatory of Greenwich, as precise as the other was."""
    digits = len(like.partition(".")[2])
    return f"{51.4779 + place % 100 / 10_000:.{digits}f}"


def secret(like: str) -> str:
    """What nobody takes for a credential: ``example`` over and over, as long as the other was."""
    length = min(len(like), _LONGEST)
    return (_FILLER * (length // len(_FILLER) + 1))[:length] if length >= len(_FILLER) else _FILLER


def is_stand_in(text: str) -> bool:
    """Whether a text is one of the words that stand in for secrets and names already."""
    return text.lower() == _FILLER or (text.startswith(_FILLER) and text == secret(text))


def token(like: str) -> str:
    """In place of a token: one that is known as a token, or what ``secret`` writes."""
    return JWT if like.startswith("eyJ") and like.count(".") == 2 else secret(like)


def uuid(octets: Iterator[int], like: str) -> str:
    """Another of the same version and variant (RFC 9562, 4)."""
    digits = "".join(f"{next(octets):02x}" for _ in range(16))
    spelled = f"{digits[:8]}-{digits[8:12]}-{like[14]}{digits[13:16]}-{like[19]}{digits[17:20]}-{digits[20:]}"
    return spelled.upper() if like != like.lower() else spelled.lower()


_NUMERIC: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_START: Final = re.compile(r"(?P<word>[A-Za-z]{1,12})(?P<sign>[_-])(?:(?:live|test)_)?|(?P<money>[A-Z]{3})(?=[0-9]+\Z)")


def identifier(octets: Iterator[int], like: str, *, keeps_start: bool | None = None) -> str:
    """Another of the same length and signs; the word before the first ``_`` stays, and a short one before ``-``."""
    start = _START.match(like)
    if _NUMERIC.fullmatch(like):
        return "".join(like_text(octets, part) if part.isdecimal() else part for part in re.split("([0-9]+)", like))
    kept = start[0] if start is not None and (_is_prefix(start) if keeps_start is None else keeps_start) else ""
    return kept + like_text(octets, like[len(kept) :])


def _is_prefix(start: re.Match[str]) -> bool:
    word = start["word"]
    return word is None or start["sign"] == "_" or len(word) <= 4 or word.isupper()


def prose(like: str, about: str = "") -> str:
    """Words of no weight, about as long: ``Example title``, and Latin behind it where there is more.

    ``about`` is what the place is called, in words. Lengths go in steps of a doubling, so that two texts of about one
    length have one stand-in.
    """
    if not re.search(r"\s", like.strip()):
        return _EXAMPLE if like[:1].isupper() else _EXAMPLE.lower()
    start = f"{_EXAMPLE} {about or _TEXT}"
    if len(start) > _SHORT:
        start = f"{_EXAMPLE} {_TEXT}"
    if len(like) <= _SHORT:
        return start
    room = 2 * _SHORT
    while room < len(like) and room < _LONGEST:
        room *= 2
    return f"{start}: {_latin(room - len(start) - 2)}"


def _latin(room: int) -> str:
    """As many words as there is room for."""
    words: list[str] = []
    for word in cycle(_LATIN):
        room -= len(word) + 1
        if room < 0:
            return " ".join(words).rstrip(",")
        words.append(word)
    raise AssertionError("there is no end to a cycle")
