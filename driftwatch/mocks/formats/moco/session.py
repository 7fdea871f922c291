"""One session of moco's: a request and its answer, a redirect, a folder of files, a REST resource."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.contest import Answers, Stub
from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.asking.named_paths import NamedPath, Parameter
from driftwatch.mocks.asking.question import Question
from driftwatch.mocks.asking.wish import How, Wish
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.moco.answer import Place, read_answers, read_redirect
from driftwatch.mocks.formats.moco.asked import read_questions
from driftwatch.mocks.formats.moco.resource import Route, read_resource
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text

NAME: Final = "moco"
_KEYS: Final = frozenset(
    ["description", "request", "response", "redirectTo", "mount", "on", "proxy", "resource", "websocket"]
)
_REQUEST: Final = frozenset(
    [
        "uri", "method", "version", "headers", "xpaths", "json_paths", "queries", "cookies", "forms", "text", "json",
        "file", "path_resource", "and", "or", "not",
    ]
)  # fmt: skip
_MARKS: Final = frozenset(["uri", "xpaths", "json_paths", "queries", "forms", "text"])
"""Names in a request that no other tool has in a list of such."""
_RESPONSE: Final = frozenset(
    [
        "status", "text", "json", "file", "path_resource", "headers", "cookies", "latency", "version", "attachment",
        "seq", "cycle", "proxy", "sse", "cors", "record", "replay", "cache",
    ]
)  # fmt: skip
_LAST: Final = 1 << 60
"""The order of a session without a request."""


class Setting(Struct, frozen=True):
    """What a settings file says of all sessions in a list."""

    context: str = ""
    """The beginning of every path."""
    file_root: str = ""
    environment: str = ""
    questions: tuple[Question, ...] = ()
    """What is asked for beside each session's own matchers."""
    response: Object = field(default_factory=dict)
    """What each answer has as well."""


def is_session(value: object) -> bool:
    """Whether a value is a session by its own marks; a lone answer is none, since too many things look like it."""
    if not isinstance(value, dict) or not set(value) <= _KEYS:
        return False
    mount, resource, request = value.get("mount"), value.get("resource"), value.get("request")
    if isinstance(mount, dict):
        return "dir" in mount and "uri" in mount
    if isinstance(resource, dict):
        return isinstance(resource.get("name"), str) and any(isinstance(inner, list) for inner in resource.values())
    if not isinstance(request, dict) or not set(request) <= _REQUEST or _MARKS.isdisjoint(request):
        return False
    answer = value.get("response")
    return "redirectTo" in value or "websocket" in value or (isinstance(answer, dict) and set(answer) <= _RESPONSE)


def read_sessions(document: Document, setting: Setting, ids: Counter[str], order: int) -> Iterator[Stub | Reading]:
    """All sessions of a list. ``order`` is the place of the first one in its server."""
    reader = _Reader(document, setting, ids, order)
    for index, value in enumerate(as_list(document.value)):
        try:
            # read as a whole, so that nothing of a session comes out that is refused later on
            stubs = list(reader.session(value, index))
        except Refusal as refusal:
            yield document.unreadable(NAME, refusal.below((index,)), index)
        else:
            yield from stubs


class _Reader(Struct):
    document: Document
    setting: Setting
    ids: Counter[str]
    order: int

    def session(self, value: object, *steps: Step) -> Iterator[Stub]:
        fields = as_object(value, *steps)
        if isinstance(fields.get("resource"), Mapping):
            for route in read_resource(fields["resource"], self.setting.context, *steps, "resource"):
                yield self._route(route, fields)
            return
        other = self._other(fields, *steps)
        yield other or self._plain(fields, *steps)

    def _plain(self, fields: Object, *steps: Step) -> Stub:
        asked = fields.get("request")
        questions = self._questions(asked, *steps, "request")
        methods = questions[0].methods
        method = methods[0] if len(methods) == 1 else ""
        place = Place(self.document, self.setting.file_root, method)
        if "redirectTo" in fields:
            answers = read_redirect(fields["redirectTo"], *steps, "redirectTo")
        elif isinstance(fields.get("response"), Mapping):
            answers = read_answers(fields["response"], place, self.setting.response, *steps, "response")
        else:
            raise Refusal("a session needs a `response`, a `redirectTo` or a `mount`", steps=steps)
        is_last = asked is None
        return self._stub(fields, questions, answers, asked, _LAST if is_last else None, *steps)

    def _questions(self, asked: object, *steps: Step) -> tuple[Question, ...]:
        """The session's own requests, each with what the settings ask for beside them."""
        setting = self.setting
        own = read_questions(as_object(asked, *steps), self.document, setting.file_root, setting.context, *steps)
        return tuple(one.and_(other) for one in own for other in setting.questions) if setting.questions else own

    def _route(self, route: Route, fields: Object) -> Stub:
        place = Place(self.document, self.setting.file_root, route.method)
        answers = read_answers(route.response, place, self.setting.response, *route.steps, "response")
        asked = self._questions(route.request, *route.steps, "request") if route.request else (Question(),)
        question = Question(methods=(route.method,), path=route.path)
        questions = tuple(question.and_(one) for one in asked)
        identified = [route.method, route.path.pattern, route.request]
        return self._stub(fields, questions, answers, identified, None, *route.steps)

    def _other(self, fields: Object, *steps: Step) -> Stub | None:
        """What is no answer that could be compared; ``None`` for a request and its answer."""
        for name, read in (("mount", _mount), ("websocket", _websocket), ("proxy", _proxy)):
            if isinstance(fields.get(name), Mapping):
                path, reason = read(as_object(fields[name]), self.setting.context, *steps, name)
                question = Question(methods=("GET",), path=path, undecided=reason)
                return self._stub(fields, (question,), Answers((), reason), fields[name], None, *steps)
        return None

    def _stub(
        self,
        fields: Object,
        questions: tuple[Question, ...],
        answers: Answers,
        asked: object,
        order: int | None,
        *steps: Step,
    ) -> Stub:
        self.order += 1
        environment = self.setting.environment
        notes = [f"only in the environment `{environment[:80]}`"] if environment else []
        notes += ["also makes a call of its own when it has answered"] if fields.get("on") else []
        return Stub(
            self._unique(identity([self.setting.context, environment, asked])),
            self.document.origin(*steps),
            questions,
            answers,
            self.order if order is None else order,
            as_text(fields.get("description"), *steps[:1], "description"),
            notes=tuple(notes),
        )

    def _unique(self, mock_id: str) -> str:
        self.ids[mock_id] += 1
        return mock_id if self.ids[mock_id] == 1 else f"{mock_id}-{self.ids[mock_id]}"


def _mount(fields: Object, context: str, *steps: Step) -> tuple[NamedPath, str]:
    uri = as_text(fields.get("uri"), *steps, "uri").strip("/")
    return NamedPath((f"{context}/{uri}/", Parameter("file", ".+"))), "serves the files of a folder"


def _websocket(fields: Object, context: str, *steps: Step) -> tuple[Wish, str]:
    uri = as_text(fields.get("uri"), *steps, "uri")
    return Wish(How.EQUAL, f"{context}{uri}"), "a WebSocket, and only HTTP can be asked"


def _proxy(fields: Object, context: str, *steps: Step) -> tuple[Wish, str]:
    start = as_text(fields.get("from"), *steps, "from")
    return Wish(How.START, f"{context}{start}"), "passes requests on to another server"
