"""All that an operation has a word on, asked for or not: what findings about other mocks are held against.

A description tells of refusals too, which no probe provokes. A range such as ``4XX`` stands behind the codes inside it
and ``default`` behind all of them (OpenAPI 3.1.1, 4.8.16). Where there is a schema, its examples are left out: it is
the schema that a service and a mock are bound to.

Most operations are never asked about, and schemas of refusals are as large as others: they are read when they are.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.formats.openapi.answers import MADE, Answers, Response, responses
from driftwatch.mocks.formats.openapi.operation import Operation
from driftwatch.mocks.formats.openapi.parts import Part
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import Expectation

_CODE: Final = re.compile(r"([1-5])([0-9]{2}|XX)", re.IGNORECASE)
_DEFAULT: Final = "default"


class Described(Struct):
    """The responses of one operation by their statuses."""

    _operation: Operation
    _answers: Answers
    _known: dict[str, tuple[Expectation, ...]] = field(default_factory=dict)

    @property
    def statuses(self) -> tuple[int, ...]:
        """The codes that are written out; none where the responses cannot be read."""
        try:
            return tuple(int(code) for code, _ in _by_code(self._operation) if code.isdecimal())
        except Refusal:
            return ()

    def under(self, status: int) -> tuple[Expectation, ...]:
        """What the narrowest code that takes the status says; of a response that cannot be read nothing is known."""
        try:
            found = dict(_by_code(self._operation))
            codes = (str(status), f"{status // 100}XX", _DEFAULT)
            code = next((one for one in codes if one in found), "")
            if code and code not in self._known:
                self._known[code] = self._variants(Response(status, found[code]))
        except Refusal:  # told where the response is read as an answer; here it only makes for silence
            return ()
        return tuple(replace(one, status=status) for one in self._known.get(code, ()))

    def _variants(self, response: Response) -> tuple[Expectation, ...]:
        variants = self._answers.variants(self._operation, response, "", frozenset())
        made = [variant for variant in variants if variant.note == MADE]
        return tuple(made or variants)


def _by_code(operation: Operation) -> Iterator[tuple[str, Part]]:
    for code, part in responses(operation).items():
        if code == _DEFAULT or _CODE.fullmatch(code):
            yield code if code == _DEFAULT else code.upper(), part
