"""A saved example on its way to an interaction; both generations of files end here."""

import hashlib
from collections import Counter
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.formats.postman.answer import NO_STATUS, Answer
from driftwatch.mocks.formats.postman.request import build
from driftwatch.mocks.formats.postman.spelled import Spelled
from driftwatch.mocks.formats.postman.variables import Variables
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction

NAME: Final = "postman"


class Example(Struct, frozen=True):
    """What a file says of one example."""

    name: str
    stated_id: str
    """Empty if the file gives it none."""
    spelled: Spelled
    answer: Answer
    notes: tuple[str, ...] = ()
    has_auth: bool = False
    """Postman adds credentials to its request."""


class Collection(Struct):
    """What the examples of one collection share: they are alternatives where they answer the same request.

    Of several examples for one request Postman's mock server gives the one that the caller names in a header
    (``x-mock-response-code``, ``x-mock-response-name``), so none of them hides another.
    """

    name: str
    """Its file or its folder."""
    _ids: Counter[str] = field(default_factory=Counter)

    def interaction(self, example: Example, variables: Variables, document: Document, *steps: Step) -> Interaction:
        """The example in our common form. Raises ``Refusal``."""
        request, left_out = build(example.spelled, variables, example.answer.accepts)
        if example.has_auth:
            request = replace(request, asks_credentials=True)
        expectation = example.answer.expectation
        headers = expectation.headers if expectation else ()
        moment, source = recorded_at("", headers, document.options.now)
        return Interaction(
            mock_id=self._id(example),
            format=NAME,
            origin=document.origin(*steps),
            request=request,
            variants=(expectation,) if expectation else (),
            group=self.name,
            name=example.name,
            recorded_at=moment,
            recorded_from=source,
            incomparable="" if expectation else NO_STATUS,
            notes=tuple(dict.fromkeys((*example.notes, *example.answer.notes, *left_out))),
        )

    def _id(self, example: Example) -> str:
        identity = example.stated_id or _digest(example)
        self._ids[identity] += 1
        return identity if self._ids[identity] == 1 else f"{identity}-{self._ids[identity]}"


def _digest(example: Example) -> str:
    """What is asked, as it is spelled, and the example's name: not what is answered."""
    spelled = example.spelled
    query = [(pair.name, pair.value) for pair in spelled.query]
    body = (spelled.body.text, [(pair.name, pair.value) for pair in spelled.body.fields]) if spelled.body else None
    asked = (spelled.method, spelled.url, sorted(spelled.path_variables.items()), query, body, example.name)
    return hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:12]
