"""Where mountebank's answers stand: in ``is`` of each response, in the file that holds the characters.

That may be an included file of a config in EJS, a file that ``stringify`` puts into a body, or one response's own file
in a data folder. What ``is`` leaves to the imposter's default response cannot be changed for one stub alone, but for
the status.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.formats.mountebank import ejs, tokens
from driftwatch.mocks.formats.mountebank.behaviors import read_behaviors
from driftwatch.mocks.formats.mountebank.covered import covered, is_rendered, steps_to
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.homes.turns import UNTOLD, turn_of
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.rewriting.expressions import marked
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status, Stretch
from driftwatch.mocks.text.documents import Document, open_document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.mocks.text.nodes import Kind, Node
from driftwatch.model.interaction import Expectation, Interaction

_FALSY: Final = (None, "", False, 0)
_TAG: Final = r"<%(?:(?!<%).)*?%>"
_SUFFIX: Final = ".ejs"
_DEEPEST: Final = 20
_DEFAULT: Final = "it is that of the imposter's default response, which is for all of its stubs"
_ELSEWHERE: Final = "it cannot be told which file of the template holds its answer"
_COMPUTED: Final = "the template of its config computes it"


class _Spot(Struct, frozen=True):
    """A value in one of the files of a config."""

    document: Document
    steps: tuple[Step, ...] = ()
    depth: int = 0
    """Files that led to this one."""

    @property
    def node(self) -> Node | None:
        return self.document.node.find(self.steps)

    @property
    def value(self) -> object:
        return value_at(self.document, self.steps)

    def __getitem__(self, step: Step) -> "_Spot":
        return _followed(replace(self, steps=(*self.steps, step)))

    def items(self) -> Iterator["_Spot"]:
        """The items of a list, with those of the parts that are included into it."""
        for position in range(len(as_list(self.value))):
            item = replace(self, steps=(*self.steps, position))
            yield from _included(item) if _is_tag(item) else (item,)


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The answers of a stub that its reader shows, in turn."""
    stub = _stub(document, interaction)
    responses = list(_of_folder(stub) if _is_apart(stub) else stub["responses"].items())
    found: list[Home | str] = []
    for variant in interaction.variants:
        turn = turn_of(variant, len(responses))
        found.append(UNTOLD if turn is None or turn >= len(responses) else _home(responses[turn], variant))
    return found


def _stub(document: Document, interaction: Interaction) -> _Spot:
    source, origin = covered(document), interaction.origin
    if source is document:
        return _Spot(document, steps_of(document, interaction))
    steps = steps_to(source, origin.line, origin.column)
    if steps is None:
        raise Refusal(_ELSEWHERE)
    return _Spot(source, steps)


def _is_apart(stub: _Spot) -> bool:
    """Whether a stub's responses are in a data folder. Its reader puts them among the document's values."""
    if not isinstance(as_object(stub.value).get("meta"), dict):
        return False
    try:
        stub.document.span(*stub.steps, "responses")
    except LookupError:
        return True
    return False


def _of_folder(stub: _Spot) -> Iterator[_Spot]:
    """The responses of a stub in a data folder, each a file of its own."""
    document = stub.document
    folder = as_text(as_object(as_object(stub.value).get("meta")).get("dir"))
    listed = as_object(_opened(f"{folder}/meta.json", document).value).get("responseFiles")
    for name in as_list(listed):
        yield _Spot(_opened(f"{folder}/{as_text(name)}", document))


def _opened(name: str, beside: Document) -> Document:
    """A file below the mocks folder, named from another one's. Raises ``Refusal``."""
    try:
        path = (beside.path.parent / name.replace("\\", "/")).resolve()
        root = beside.root.resolve()
        is_there = path.is_relative_to(root) and path.is_file()
    except (OSError, ValueError, RuntimeError):
        is_there = False
    document = open_document(path, root, beside.limits, beside.options) if is_there else None
    if not isinstance(document, Document):
        raise Refusal(_ELSEWHERE)
    return covered(document)


def _is_tag(spot: _Spot) -> bool:
    """Whether a tag of the template is all that stands there. A file without tags has no need of its own tree."""
    value = spot.value if spot.document.tree is not None else None
    return isinstance(value, str) and value.startswith("<%") and spot.document.source(*spot.steps).startswith("<%")


def _followed(spot: _Spot) -> _Spot:
    """The value itself, or the included one that stands in its place."""
    if not _is_tag(spot):
        return spot
    found = list(_included(spot))
    if len(found) != 1:
        raise Refusal(_ELSEWHERE)
    return found[0]


def _included(spot: _Spot) -> Iterator[_Spot]:
    """What the included file puts in the place of a tag: its one value, or several. Raises ``Refusal``."""
    node = spot.node
    if node is None:
        return
    tag = next((part for part in ejs.parts(spot.document.text[node.start : node.end], {}) if _is_include(part)), None)
    if not isinstance(tag, ejs.Include) or spot.depth >= _DEEPEST:
        raise Refusal(_COMPUTED)
    name = tag.file.replace("\\", "/")
    is_complete = "." in name.rpartition("/")[2]
    part = _Spot(_opened(name if is_complete else f"{name}{_SUFFIX}", spot.document), depth=spot.depth + 1)
    root = part.document.node
    is_several = root.kind is Kind.ARRAY and part.document.text[root.start : root.start + 1] != "["
    yield from part.items() if is_several else (_followed(part),)


def _is_include(part: ejs.Part) -> bool:
    return isinstance(part, ejs.Include) and not part.is_string


def _home(response: _Spot, variant: Expectation) -> Home | str:
    shown = as_object(response.value)
    if "is" not in shown:
        return "no answer of it is written out"
    answer = response["is"]
    fields = as_object(answer.value)
    document, here = answer.document, answer.steps
    body = _body(fields, variant, document, *here)
    headers = None if not fields.get("headers") and variant.headers else Headers((*here, "headers"))
    return Home(
        status=Status((*here, "statusCode")),
        headers=headers,
        body=body if isinstance(body, Body) else None,
        document=document,
        expressions=_expressions(shown, document),
        why=body if isinstance(body, str) else "" if headers else _DEFAULT,
    )


def _body(fields: Object, variant: Expectation, document: Document, *here: Step) -> Body | str:
    """The body of ``is``. One that is empty there, and yet shown, is the default response's."""
    own, place = fields.get("body"), (*here, "body")
    if own in _FALSY and variant.body:
        return _DEFAULT
    if variant.body_file:
        return Body(file=document.root / variant.body_file)
    if own is None or isinstance(own, dict | list):
        return Body(place, is_inline=True)
    if not isinstance(own, str):
        return "it is neither text nor a document"
    return Body(place, is_base64=fields.get("_mode") == "binary")


def _expressions(response: Object, document: Document) -> Callable[[str], Iterable[Stretch]] | None:
    """Tokens that behaviors replace, and tags of the template."""
    behaviors = read_behaviors(response)
    marks = [tokens.expression(behaviors.tokens)] if behaviors.tokens else []
    marks += [_TAG] if is_rendered(document) else []
    return marked("|".join(marks)) if marks else None
