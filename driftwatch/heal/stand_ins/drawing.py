"""Characters and numbers drawn from a seed: the same in every run, whatever was in their place."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

_DIGITS: Final = "0123456789"
_HEX: Final = "abcdef"
_SHORTEST_HEX: Final = 7
"""A shorter run of letters and digits may be without ``g`` to ``z`` by chance; git shows so many of a hash."""
_REST: Final = "ghjkmnpqrstuvwxyz"  # without those that are read for digits
_MOST: Final = 10**40 - 1
"""More than 128 bits hold, the widest that databases and languages count with (UUIDs as numbers)."""
_BOUNDS: Final = (2**31 - 1, 2**53 - 1, 2**63 - 1)
"""Where a number stops fitting: on the same side as the live one it stays."""


def drawn(*words: object) -> Iterator[int]:
    """Endless octets that these words stand for."""
    block = blake2b("\0".join(map(str, words)).encode("utf-8", "replace")).digest()
    while True:
        yield from block
        block = blake2b(block).digest()


def number(octets: Iterator[int], low: int, high: int) -> int:
    """A number from ``low`` to ``high``, both included."""
    width = (high - low).bit_length() // 8 + 2
    return low + int.from_bytes(bytes(next(octets) for _ in range(width))) % (high - low + 1)


def like_number(octets: Iterator[int], value: int) -> int:
    """A number of as many digits, with the same sign, that fits the same types; of one that fits none, the digits end.

    ``1e300`` is an integer of 301 digits to JSON Schema, and would be written as such.
    """
    size = min(abs(value), _MOST)
    digits = len(str(size))
    low, high = 10 ** (digits - 1), 10**digits - 1
    for bound in _BOUNDS:
        if size <= bound < high:
            high = bound
        elif low <= bound < size:
            low = bound + 1
    return number(octets, low, high) * (-1 if value < 0 else 1)


def like_text(octets: Iterator[int], text: str) -> str:
    """As many characters of the same kinds: a run of letters and digits for each run, signs as they stand."""
    filled: list[str] = []
    run: list[str] = []
    for sign in (*text, ""):
        if sign.isalnum():
            run.append(sign)
            continue
        filled.append(_run(octets, "".join(run)))
        run = []
        filled.append(sign)
    return "".join(filled)


def _run(octets: Iterator[int], run: str) -> str:
    if not run:
        return ""
    if run.isdigit():
        zeros = len(run) - len(run.lstrip("0"))
        return "0" * zeros + _digits(octets, len(run) - zeros)
    kinds = _kinds(run)
    alphabet = "".join(kinds)
    signs = [kind[next(octets) % len(kind)] for kind in kinds]  # one of each, so that it is told the same again
    signs += [alphabet[next(octets) % len(alphabet)] for _ in range(len(run) - len(signs))]
    for place in range(len(signs) - 1, 0, -1):
        other = next(octets) % (place + 1)
        signs[place], signs[other] = signs[other], signs[place]
    return "".join(signs)


def _kinds(run: str) -> list[str]:
    """The alphabets that a run draws from: digits, and letters by case, hexadecimal ones where there are no others."""
    letters = {sign for sign in run if sign.isalpha()}
    is_hex = len(run) >= _SHORTEST_HEX and (letters <= set(_HEX) or letters <= set(_HEX.upper()))
    spelled = _HEX if is_hex else _REST
    kinds = [_DIGITS] if any(map(str.isdigit, run)) else []
    kinds += [spelled] if any(map(str.islower, run)) else []
    kinds += [spelled.upper()] if any(map(str.isupper, run)) else []
    return kinds or [_REST]


def _digits(octets: Iterator[int], count: int) -> str:
    if not count:
        return ""
    return str(1 + next(octets) % 9) + "".join(_DIGITS[next(octets) % 10] for _ in range(count - 1))
