"""Lengths of time as Go spells them (``time.ParseDuration``): ``1s``, ``1m30s``, ``250ms``."""

import re
from typing import Final

from driftwatch.mocks.refusal import Refusal, Step

_UNITS: Final = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6}
_PART: Final = r"(\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})(ns|us|µs|μs|ms|s|m|h)"
_WHOLE: Final = re.compile(rf"\+?(?:{_PART}){{1,12}}|0")


def go_duration(text: str, *steps: Step) -> float | None:
    """Milliseconds; ``None`` for the empty text. Raises ``Refusal`` if it is no length of time."""
    if not text:
        return None
    if not _WHOLE.fullmatch(text.strip()):
        raise Refusal(f"`{text[:40]}` is no length of time such as 1s or 250ms", steps=steps)
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(_PART, text))


def go_range(text: str, *steps: Step) -> float | None:
    """Milliseconds of one length of time or, of ``1s:5s``, their middle. Raises ``Refusal``."""
    first, colon, second = text.partition(":")
    least = go_duration(first, *steps)
    most = go_duration(second, *steps) if colon else least
    return None if least is None or most is None else (least + most) / 2
