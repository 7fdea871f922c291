"""Sizes and durations as people write them: ``8MiB``, ``500 kB``, ``1.1s``, ``500ms``, ``2m``."""

import re
import string
from decimal import Decimal
from typing import Final

SIZE_UNITS: Final = {
    "b": 1,
    "kb": 1000, "mb": 1000**2, "gb": 1000**3,
    "kib": 1024, "mib": 1024**2, "gib": 1024**3,
}  # fmt: skip
"""Bytes per unit, by its name in small letters: decimal prefixes of the SI, binary ones of IEC 80000-13."""

DURATION_UNITS: Final = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600)}
"""Seconds per unit."""

SIZE_PATTERN: Final = r"^[0-9]{1,12}(\.[0-9]{1,6})? ?([KkMmGg][Ii]?)?[Bb]$"
DURATION_PATTERN: Final = r"^[0-9]{1,9}(\.[0-9]{1,9})? ?(ms|s|m|h)$"

_LETTERS: Final = string.ascii_letters


def parse_size(written: str | float) -> int:
    """Bytes, from a whole number or from a number and its unit; a fraction of a byte is dropped.

    Units are read without regard to case: ``8mb`` is 8,000,000 bytes, for nobody means milli. A prefix alone
    (``8M``) is refused, since tools disagree whether it is binary.

    Raises ``ValueError`` if that is no size.
    """
    if isinstance(written, int | float):
        return int(written)
    number, unit = _split(written, SIZE_PATTERN)
    return int(number * SIZE_UNITS[unit.lower()])


def parse_duration(written: str | float) -> float:
    """Seconds, from a number or from a number and its unit (``ms``, ``s``, ``m``, ``h``).

    Raises ``ValueError`` if that is no duration.
    """
    if isinstance(written, int | float):
        return float(written)
    number, unit = _split(written, DURATION_PATTERN)
    return float(number * DURATION_UNITS[unit])


def _split(written: str, pattern: str) -> tuple[Decimal, str]:
    # ``\Z`` because ``$`` would let a line break follow.
    if not re.match(pattern.removesuffix("$") + r"\Z", written):
        raise ValueError(f"not an amount: {written!r}")
    number = written.rstrip(_LETTERS)
    return Decimal(number), written.removeprefix(number).strip()
