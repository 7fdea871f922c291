"""The request half of a mapping.

Facts: ``WireMockServer.ConvertMapping`` and the ``RequestMessage…Matcher`` classes of wiremock/WireMock.Net @ c7f4984.
Every header, cookie and parameter with matchers must be there, unless it is the name itself that is rejected. How many
conditions a mapping has decides between equals.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.question import Question, Wishes
from driftwatch.mocks.asking.requests import parse_query
from driftwatch.mocks.asking.wish import How, Wish
from driftwatch.mocks.formats.wiremock_net.matchers import (
    Matched,
    beyond_origin,
    exact,
    is_json,
    read_matchers,
    wildcard,
)
from driftwatch.mocks.formats.wiremock_net.model import Model
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.fields import as_list, as_text

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_FORM: Final = "FormUrlEncodedMatcher"
_ANY: Final = "*"
_MOST: Final = 500
"""Values of one kind (headers, parameters) that a mapping may ask for; no server takes a request with more."""


class Asks(Struct, frozen=True):
    """What a mapping asks, and with how many conditions."""

    question: Question
    conditions: int


def read_request(model: Model) -> Asks:
    """The request half of one mapping. Raises ``Refusal`` with the place of what cannot be read."""
    draft = _Draft(model)
    draft.read()
    return Asks(draft.question(), draft.conditions)


class _Draft(Struct):
    """A question on its way."""

    model: Model
    conditions: int = 0
    path: Wish | None = None
    sees_target: bool = False
    parts: dict[str, list[tuple[str, Wish]]] = field(
        default_factory=lambda: {name: [] for name in ("query", "headers", "cookies", "form")}
    )
    body: Wish | None = None
    never: list[Question] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    methods: tuple[str, ...] = ()

    def read(self) -> None:
        """All conditions."""
        self._read_path()
        self._read_methods()
        self._read_named("Headers", "headers")
        self._read_named("Cookies", "cookies")
        self._read_params()
        self._read_body()
        if self.model.get("ClientIP") not in (None, _ANY):
            self.conditions += 1
            self.undecided.append("who is asking decides (`ClientIP`)")
        if self.model.get("HttpVersion") is not None:
            self.conditions += 1

    def question(self) -> Question:
        """What was read, as one question."""
        return Question(
            methods=self.methods,
            path=self.path,
            query=self._pairs("query"),
            headers=self._pairs("headers"),
            cookies=self._pairs("cookies"),
            form=self._pairs("form"),
            body=self.body,
            sees_target=self.sees_target,
            undecided="; ".join(dict.fromkeys(self.undecided)),
            never=tuple(self.never),
        )

    def _pairs(self, part: str) -> Wishes:
        if len(self.parts[part]) > _MOST or len(self.never) > _MOST:
            raise Refusal(f"a mapping with more than {_MOST} conditions of one kind", steps=self.model.steps)
        return tuple(self.parts[part])

    def _read_path(self) -> None:
        """``Path`` is about the decoded path, ``Url`` about the whole address; of both the path counts."""
        name = "Path" if self.model.get("Path") is not None else "Url"
        value = self.model.get(name)
        if value is None:
            return
        self.conditions += 1
        self.sees_target = name == "Url"
        if isinstance(value, str):
            matched = Matched(wildcard(value))
        else:
            inner = self.model.model(name)
            matched = read_matchers(inner.models("Matchers"), inner.text("MatchOperator"))
        if matched.undecided:
            self.undecided.append(matched.undecided)
        wish = matched.wish
        self.path = beyond_origin(wish) if wish is not None and self.sees_target else wish
        self.never += [Question(path=part, sees_target=self.sees_target) for part in matched.never]

    def _read_methods(self) -> None:
        listed = as_list(self.model.get("Methods"), *self.model.at("Methods"))
        names = tuple(as_text(name, *self.model.at("Methods"), index).upper() for index, name in enumerate(listed))
        if not names:
            return
        self.conditions += 1
        rejects = self.model.flag("MethodsRejectOnMatch")
        self.methods = tuple(name for name in _METHODS if name not in names) if rejects else names

    def _read_named(self, name: str, part: str) -> None:
        """Headers or cookies; those without matchers are no condition."""
        for model in self.model.models(name):
            if model.get("Matchers") is None:
                continue
            self.conditions += 1
            key = model.text("Name")
            matched = read_matchers(model.models("Matchers"), model.text("MatchOperator"))
            if matched.undecided:
                self.undecided.append(matched.undecided)
                continue
            self.never += [_of(part, key, wish) for wish in matched.never]
            if not model.flag("RejectOnMatch"):
                self.parts[part].append((key, matched.needed))

    def _read_params(self) -> None:
        """Every pattern of a parameter must have a value of its own; ``Values`` is the spelling of old files."""
        for model in self.model.models("Params"):
            key = model.text("Name")
            old = as_list(model.get("Values"), *model.at("Values"))
            if model.get("Matchers") is None and not old:
                continue
            self.conditions += 1
            texts = [as_text(value, *model.at("Values"), index) for index, value in enumerate(old)]
            self.parts["query"] += [(key, exact(text)) for text in texts]
            matched = read_matchers(model.models("Matchers"), "and")
            if matched.undecided:
                self.undecided.append(matched.undecided)
                continue
            self.never += [_of("query", key, wish) for wish in matched.never]
            if not texts:
                self.parts["query"] += [(key, wish) for wish in _each(matched.needed)]

    def _read_body(self) -> None:
        body = self.model.model("Body")
        single = body.model("Matcher")
        matchers = [single] if single.fields else list(body.models("Matchers"))
        if not matchers:
            return
        self.conditions += 1
        if len(matchers) == 1 and matchers[0].text("Name") == _FORM and not matchers[0].flag("RejectOnMatch"):
            self.parts["form"] += _form(matchers[0])
            return
        matched = read_matchers(matchers, body.text("MatchOperator"))
        if matched.undecided:
            self.undecided.append(matched.undecided)
            return
        self._refuse_broken(matched.wish)
        self.body = matched.needed
        self.never += [Question(body=wish) for wish in matched.never]

    def _refuse_broken(self, wish: Wish | None) -> None:
        """A mapping whose JSON pattern is no JSON is not served."""
        if wish is not None and wish.how in (How.DOCUMENT, How.COVERS) and not is_json(wish.text):
            raise Refusal("the pattern of a JSON matcher is no JSON", steps=self.model.at("Body"))


def _of(part: str, key: str, wish: Wish) -> Question:
    """A request that has such a header, cookie or parameter."""
    pair = ((key, wish),)
    match part:
        case "headers":
            return Question(headers=pair)
        case "cookies":
            return Question(cookies=pair)
        case _:
            return Question(query=pair)


def _each(wish: Wish) -> Iterator[Wish]:
    """The patterns of a parameter, each of which needs a value; spellings of one text count as one."""
    is_one = wish.how not in (How.EACH, How.EITHER) or any(part.how is How.FOLDED for part in wish.parts)
    if is_one:
        yield wish
        return
    for part in wish.parts:
        yield from _each(part)


def _form(model: Model) -> Iterator[tuple[str, Wish]]:
    """``name=value`` patterns of a form; all are sent, though one may be enough."""
    value = model.get("Pattern")
    name = "Pattern" if value is not None else "Patterns"
    texts = value if isinstance(value, list) else [value] if value is not None else model.get("Patterns")
    for index, text in enumerate(as_list(texts, *model.at(name))):
        for key, wanted in parse_query(as_text(text, *model.at(name), index)):
            yield key, wildcard(wanted, ignores_case=model.flag("IgnoreCase"))
