"""One answer's edits as changes of the places where it stands."""

import json
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting import lengths
from driftwatch.mocks.rewriting.bytes_in_text import decoded, spelled_like
from driftwatch.mocks.rewriting.ground import Ground
from driftwatch.mocks.rewriting.header_lines import line_splices
from driftwatch.mocks.rewriting.headers import header_ops, stands
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status, Stretch
from driftwatch.mocks.rewriting.indented import Indented
from driftwatch.mocks.rewriting.inline_bodies import sent
from driftwatch.mocks.rewriting.inner import TEMPLATED, Templates, body_splices, on_one_line
from driftwatch.mocks.rewriting.planned import Op, Retext, Steps
from driftwatch.mocks.rewriting.shown import shown
from driftwatch.mocks.rewriting.splices import Splice, differing, spliced
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.nodes import Kind, Node
from driftwatch.model.edit import Change, Edit, Part
from driftwatch.model.interaction import Expectation

_NOWHERE: Final = "nothing in its file says {}"


class Changed(Struct):
    """What becomes of one answer's edits."""

    ops: list[Op | Retext] = field(default_factory=list)
    """Changes of the values of its document."""
    splices: list[Splice] = field(default_factory=list)
    """Changes of a document that is only text."""
    content: bytes | None = None
    """What its body file holds from now on."""


class Place(Struct, frozen=True):
    """An answer where it stands."""

    home: Home
    variant: Expectation
    document: Document
    ground: Ground
    content: Callable[[], bytes]
    """Reads the body file."""

    def changed(self, edits: Sequence[Edit]) -> Changed:
        """The changes that make these edits. Raises ``Refusal``."""
        found = Changed()
        of_body = [edit for edit in edits if edit.part is Part.BODY]
        headers = [edit for edit in edits if edit.part is Part.HEADER]
        for edit in edits:
            if edit.part is Part.STATUS:
                self._status(edit, found)
        if of_body:
            headers += self._body(of_body, headers, found)
        if headers:
            self._headers(headers, found)
        return found

    # the status

    def _status(self, edit: Edit, found: Changed) -> None:
        home = self.home.status
        if home is None:
            raise Refusal(self.home.why or _NOWHERE.format("its status"))
        old = self.variant.status
        if home.stretch is not None:
            found.splices += self._status_stretches(home, old, edit.value)
            return
        for steps in (home.steps, *home.also):
            node = self._node(steps)
            if node is None:
                if steps is home.steps:
                    value = json.dumps(edit.value) if home.is_text else edit.value
                    found.ops.append(Op(Change.ADD, steps, value))
            elif node.kind is Kind.STRING:
                found.ops.append(Retext(steps, self._status_text(node.text, old, edit.value)))
            else:
                found.ops.append(Op(Change.SET, steps, edit.value))
        found.ops += self._phrase(home, old, edit.value)

    def _status_text(self, text: str, old: int, new: str) -> tuple[Splice, ...]:
        self._not_templated(text)
        start = text.find(str(old))
        if start < 0:
            raise Refusal("the status is not spelled in digits")
        end = start + len(str(old))
        found = [Splice(start, end, new)]
        phrase = text[end:].strip()
        if phrase and phrase == _phrase(str(old)):
            begin = text.index(phrase, end)
            found.append(Splice(begin, begin + len(phrase), _phrase(new)))
        return tuple(found)

    def _status_stretches(self, home: Status, old: int, new: str) -> Iterator[Splice]:
        """In a document that is only text."""
        start, end = home.stretch or (0, 0)
        for one in self._status_text(self.document.text[start:end], old, new):
            yield one.below(start)
        if home.phrase_stretch is not None:
            begin, end = home.phrase_stretch
            if self.document.text[begin:end] == _phrase(str(old)):
                yield Splice(begin, end, _phrase(new))

    def _phrase(self, home: Status, old: int, new: str) -> Iterator[Op | Retext]:
        node = self._node(home.phrase) if home.phrase else None
        if node is not None and node.kind is Kind.STRING and node.text and node.text == _phrase(str(old)):
            yield Op(Change.SET, home.phrase, json.dumps(_phrase(new)))

    # headers

    def _headers(self, edits: Sequence[Edit], found: Changed) -> None:
        home = self.home.headers
        if home is None:
            raise Refusal(self.home.why or _NOWHERE.format("its headers"))
        if home.stretch is not None:
            found.splices += self._header_stretch(home.stretch, edits)
            return
        apart = [edit for edit in edits if self._stands_apart(home, edit)]
        for edit in apart:
            steps = home.apart[edit.name.lower()]
            self._not_templated(*_texts(self._node(steps)))
            if edit.change is Change.REMOVE and edit.name.lower() not in home.copies:
                raise Refusal(f"the header {edit.name} stands apart from the others, and cannot be taken away")
            found.ops.append(_told(edit, steps))
        rest = [edit for edit in edits if edit not in apart]
        for edit in rest:
            steps = home.copies.get(edit.name.lower(), ())
            if steps and (node := self._node(steps)) is not None and node.kind is Kind.STRING:
                found.ops.append(_told(edit, steps))
        for op in header_ops(home, self._node(home.steps), rest) if rest else ():
            if isinstance(op, Op) and op.change is not Change.ADD:
                self._not_templated(*_texts(self._node(op.steps)))
            found.ops.append(op)

    def _stands_apart(self, home: Headers, edit: Edit) -> bool:
        steps = home.apart.get(edit.name.lower())
        if steps is None or self._node(steps) is None:
            return False
        node = self._node(home.steps)
        return node is None or not stands(home, node, edit.name)

    def _header_stretch(self, stretch: Stretch, edits: Sequence[Edit]) -> Iterator[Splice]:
        """In a document that is only text."""
        start, end = stretch
        text = self.document.text[start:end]
        for edit in edits:
            for one in line_splices(text, edit):
                self._not_templated(text[one.start : one.end])
                yield one.below(start)

    # the body

    def _body(self, edits: Sequence[Edit], headers: Sequence[Edit], found: Changed) -> list[Edit]:
        """Change the body; the edits of headers that tell its length."""
        home = self.home.body
        if home is None:
            raise Refusal(self.home.why or _NOWHERE.format("its body"))
        found.ops += self._along(edits)
        edits = [replace(edit, steps=(*home.within, *edit.steps)) for edit in edits] if home.within else edits
        if home.stretch is not None:
            old, new = self._body_stretch(home, home.stretch, edits, found)
        elif home.file is not None:
            old = self.content()
            found.content = new = self._in_file(old, edits, home)
        else:
            node = self._node(home.steps)
            if node is None or (node.kind is Kind.NULL and not home.is_inline):
                return self._added_body(home, edits, found, Change.ADD if node is None else Change.SET)
            if home.is_inline:
                found.ops += self._inline(home, node, edits)
                old, new = sent(node, edits, self.variant.header("content-length") or "")
            else:
                old, new = self._text(home, node, edits, found)
        for steps in home.sizes:
            found.ops += lengths.sizes(self._node(steps), steps, old, new)
        taken = {edit.name.lower() for edit in headers}
        return [edit for edit in lengths.corrected(self.variant, old, new) if edit.name.lower() not in taken]

    def _in_file(self, old: bytes, edits: Sequence[Edit], home: Body) -> bytes:
        """What a body file holds, be it base64 of the body."""
        if not home.is_base64:
            return self._restored(old, edits, home)
        spelled = old.decode("ascii", "replace")
        return spelled_like(spelled, self._restored(decoded(spelled, home), edits, home), home).encode()

    def _along(self, edits: Sequence[Edit]) -> Iterator[Op]:
        """What else changes in the document. Raises ``Refusal`` for an edit that is not for this format."""
        along = self.home.along
        seen: list[Op] = []
        for edit in edits if along is not None else ():
            more = along(edit) if along is not None else ()
            if isinstance(more, str):
                raise Refusal(more)
            seen += [op for op in more if op not in seen]
        yield from seen

    def _body_stretch(self, home: Body, stretch: Stretch, edits: Sequence[Edit], found: Changed) -> tuple[bytes, bytes]:
        """In a document that is only text: its lines may begin with an indentation of the file's."""
        start, end = stretch
        indented = Indented(self.document.text[start:end], home.indent)
        splices = body_splices(indented.text, edits, self._templates(home))
        found.splices += [one.below(start) for one in indented.carried(splices)]
        old, new = indented.text, spliced(indented.text, splices)
        return old.encode("utf-8", "surrogatepass"), new.encode("utf-8", "surrogatepass")

    def _added_body(self, home: Body, edits: Sequence[Edit], found: Changed, change: Change) -> list[Edit]:
        """A body where none was."""
        whole = next((edit for edit in edits if not edit.steps and edit.change is not Change.REMOVE), None)
        if whole is None or home.is_base64:
            raise Refusal(_NOWHERE.format("its body"))
        if whole.is_text:
            home = replace(home, steps=(*home.steps[:-1], home.text_name)) if home.text_name else home
            value = json.dumps(whole.value, ensure_ascii=False)
        elif home.is_inline:
            value = whole.value
        else:
            value = json.dumps(on_one_line(whole.value), ensure_ascii=False)
        found.ops.append(Op(change, home.steps, value))
        return []

    def _inline(self, home: Body, node: Node, edits: Sequence[Edit]) -> Iterator[Op | Retext]:
        for edit in edits:
            target = node.find(edit.steps)
            if edit.change in (Change.SET, Change.REMOVE):
                self._not_templated(*_texts(target))
            self._not_taken_for_a_template(edit.value)
            value = json.dumps(edit.value, ensure_ascii=False) if edit.is_text else edit.value
            if edit.is_text and home.text_name and home.text_name != home.steps[-1]:
                yield Op(Change.RENAME, home.steps, name=home.text_name)
            is_there = edit.change is Change.ADD and not edit.steps
            yield Op(Change.SET if is_there else edit.change, (*home.steps, *edit.steps), value, edit.name, edit.after)

    def _text(self, home: Body, node: Node, edits: Sequence[Edit], found: Changed) -> tuple[bytes, bytes]:
        """A body in a text: the stored bytes before and after."""
        if node.kind is Kind.ARRAY and home.is_hex:  # a list of chunks, of which one remains
            spelled = "".join(item.text for item in node.items)
            old = decoded(spelled, home)
            new = self._restored(old, edits, home)
            found.ops.append(Op(Change.SET, home.steps, json.dumps([spelled_like(spelled, new, home)])))
            return old, new
        if node.kind is Kind.BYTES or home.is_base64 or home.is_hex:
            old = node.content if node.kind is Kind.BYTES else decoded(node.text, home)
            new = self._restored(old, edits, home)
            found.ops.append(Retext(home.steps, tuple(differing(node.text, spelled_like(node.text, new, home)))))
            return old, new
        if node.kind is not Kind.STRING:
            raise Refusal("its body is not text")
        splices = tuple(body_splices(node.text, edits, self._templates(home), self.document.text[:65536]))
        found.ops.append(Retext(home.steps, splices))
        after = spliced(node.text, splices)
        return node.text.encode("utf-8", "surrogatepass"), after.encode("utf-8", "surrogatepass")

    def _restored(self, old: bytes, edits: Sequence[Edit], home: Body) -> bytes:
        content_type = self.variant.header("content-type") or ""
        coding = self.variant.header("content-encoding") or ""
        stored = shown(old, content_type, coding, self.document.limits.body_bytes)
        return stored.stored(spliced(stored.text, body_splices(stored.text, edits, self._templates(home))))

    def _templates(self, home: Body) -> Templates:
        return Templates() if home.is_literal else Templates(self.home.expressions, self.home.silent)

    def _node(self, steps: Steps) -> Node | None:
        return self.ground.find(steps)

    def _not_templated(self, *texts: str) -> None:
        expressions = self.home.expressions
        if expressions and any(next(iter(expressions(text)), None) for text in texts):
            raise Refusal(TEMPLATED)

    def _not_taken_for_a_template(self, text: str) -> None:
        expressions = self.home.expressions
        if expressions and next(iter(expressions(text)), None):
            raise Refusal("the new value would be taken for a template")


def _told(edit: Edit, steps: Steps) -> Op:
    """A header's value at a place that is only its own."""
    return Op(Change.SET, steps, json.dumps("" if edit.change is Change.REMOVE else edit.value, ensure_ascii=False))


def _texts(node: Node | None) -> Iterator[str]:
    """All texts in a value."""
    stack = [node] if node is not None else []
    while stack:
        here = stack.pop()
        if here.kind is Kind.STRING:
            yield here.text
        stack.extend(here.items)
        for name, value in here.members:
            stack += [name, value]


def _phrase(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return ""
