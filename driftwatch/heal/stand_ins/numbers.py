"""One number in place of another: identifiers, moments, coordinates, numbers of persons. All others are kept."""

from typing import Final

from driftwatch.heal.stand_ins import making, moments
from driftwatch.heal.stand_ins.drawing import like_number
from driftwatch.heal.stand_ins.looks import luhn
from driftwatch.heal.stand_ins.moments import Era
from driftwatch.heal.stand_ins.naming import Meaning
from driftwatch.heal.stand_ins.register import Register
from driftwatch.model.names import name_of

_ERAS: Final = {Meaning.TIME: Era.USUAL, Meaning.EXPIRY: Era.END, Meaning.BIRTH: Era.BIRTH}
_PLACES: Final = frozenset({Meaning.LATITUDE, Meaning.LONGITUDE, Meaning.COORDINATES})
_NUMBERED: Final = frozenset({
    Meaning.IDENTIFIER, Meaning.SECRET, Meaning.POSTAL_CODE, Meaning.NUMBER_OF_PERSON,
})  # fmt: skip
_LARGE: Final = 10**15
"""Nothing is counted so far: a number of 16 digits names something."""
_YEARS: Final = range(1900, 2100)


def disguised(register: Register, value: int | float, path: str, sense: Meaning) -> int | float:
    """The number that stands in for one at a place."""
    if sense in _ERAS and (moment := _moment(register, value, _ERAS[sense])) is not None:
        return moment
    if isinstance(value, float):
        return _coordinate(register, value, path) if sense in _PLACES else value
    if sense is Meaning.LAST_DIGITS:
        return 4242
    if sense is Meaning.PHONE and value > 0:
        return int(register.once(str(value), "phone", "", lambda turn: making.phone(turn, str(value))))
    if sense is Meaning.CARD or (abs(value) >= _LARGE and sense is Meaning.OTHER and _is_card(value)):
        return int(making.card(str(value)))
    if sense in (Meaning.IDENTIFIER, Meaning.PERSON, Meaning.OTHER) and register.keeps(str(value)):
        return value
    if value and (sense in _NUMBERED or abs(value) >= _LARGE or (sense is Meaning.PERSON and _is_one(path))):
        return int(_drawn(register, value, path))
    return value


def _is_one(path: str) -> bool:
    """Whether a number below a person's name is somebody, and not how many there are."""
    return not name_of(path).lower().endswith("s")


def _drawn(register: Register, value: int, path: str) -> str:
    return register.once(
        str(value), "number", path, lambda turn: str(like_number(register.octets("number", path, turn), value))
    )


def _is_card(value: int) -> bool:
    return len(str(value)) in (15, 16) and luhn(str(value))


def _moment(register: Register, value: int | float, era: Era) -> int | float | None:
    if era is Era.BIRTH and value in _YEARS:
        return type(value)(era.value.year)
    instant = moments.read(value)
    if instant is None:
        return None
    found = moments.written(register.moment(era, instant), value)
    return None if isinstance(found, str) else found


def _coordinate(register: Register, value: float, path: str) -> float:
    like = repr(value)
    if "e" in like:
        like = "0.123456"
    return float(register.once(like, "coordinate", path, lambda turn: making.latitude(turn, like), is_unique=False))
