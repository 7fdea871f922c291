"""One stubby server: its lists one behind the other, from the top."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.contest import Answers, Contest, Stub
from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.asking.question import Question
from driftwatch.mocks.asking.wish import How, Wish
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.stubby.answer import read_answers
from driftwatch.mocks.formats.stubby.asked import read_question
from driftwatch.mocks.formats.stubby.dialect import Dialect, dialect_of
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text

NAME: Final = "stubby"
_SOCKET: Final = "web-socket"
_PROXY: Final = "proxy-config"


def settle(documents: list[Document], folder: str) -> Iterator[Reading]:
    """All stubs of one server's lists. ``folder`` below the mocks folder is where its files are looked for."""
    if not documents:
        return
    lists = [as_list(document.value) for document in documents]
    is_included = len(documents) > 1
    dialect = dialect_of((d.text for d in documents), chain.from_iterable(lists), has_includes=is_included)
    reader = _Reader(dialect, folder)
    entries = [
        entry for document, values in zip(documents, lists, strict=True) for entry in reader.all(document, values)
    ]
    yield from Contest(NAME, documents[0].options).settle(entries)


class _Reader(Struct):
    dialect: Dialect
    folder: str
    ids: Counter[str] = field(default_factory=Counter)
    order: int = 0

    def all(self, document: Document, values: list[object]) -> Iterator[Stub | Reading]:
        for index, value in enumerate(values):
            self.order += 1
            try:
                yield self._stub(value, document, index)
            except Refusal as refusal:
                yield document.unreadable(NAME, refusal.below((index,)), index)

    def _stub(self, value: object, document: Document, *steps: Step) -> Stub:
        fields = as_object(value, *steps)
        if _PROXY in fields or _SOCKET in fields:
            return self._other(fields, document, *steps)
        asked = as_object(fields.get("request"), *steps, "request")
        if not asked:
            raise Refusal("a stub needs a `request` with a `url`", steps=steps)
        question, notes = read_question(asked, document, self.folder, self.dialect, *steps, "request")
        method = question.methods[0] if len(question.methods) == 1 else ""
        answers = read_answers(fields.get("response"), document, self.folder, self.dialect, method, *steps, "response")
        own = as_text(fields.get("uuid"), *steps, "uuid")
        return Stub(
            self._unique(own or identity(asked)),
            document.origin(*steps),
            (question,),
            answers,
            self.order,
            as_text(fields.get("description"), *steps, "description"),
            notes=notes,
        )

    def _other(self, fields: Object, document: Document, *steps: Step) -> Stub:
        """What stubby4j serves beside its stubs: nothing of it can be asked for."""
        if _PROXY in fields:
            question = Question(methods=("GET",), undecided="answers whatever no stub does")
            answers = Answers((), "passes requests on to another server")
        else:
            path = as_text(as_object(fields[_SOCKET], *steps, _SOCKET).get("url"), *steps, _SOCKET, "url")
            reason = "a WebSocket, and only HTTP can be asked"
            question = Question(methods=("GET",), path=Wish(How.EQUAL, path), undecided=reason)
            answers = Answers((), reason)
        mock_id = self._unique(identity(fields))
        name = as_text(fields.get("description"), *steps, "description")
        # it stands in nobody's way
        return Stub(mock_id, document.origin(*steps), (question,), answers, self.order, name, state="none")

    def _unique(self, mock_id: str) -> str:
        self.ids[mock_id] += 1
        return mock_id if self.ids[mock_id] == 1 else f"{mock_id}-{self.ids[mock_id]}"
