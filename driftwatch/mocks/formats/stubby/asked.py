"""What a stub of stubby's asks for: regular expressions for the path, the query, the headers and the body."""

import base64
import re
from pathlib import Path
from typing import Final

from driftwatch.mocks.answers.attached import read_attached
from driftwatch.mocks.asking.pattern_syntax import LONGEST_PATTERN
from driftwatch.mocks.asking.question import Question, Wishes
from driftwatch.mocks.asking.wish import How, Wish, is_plain
from driftwatch.mocks.formats.stubby.dialect import Dialect
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text

_METHOD: Final = re.compile(r"[A-Za-z][A-Za-z-]{0,30}")
_LITERAL: Final = re.compile(r"[^\\^$.*+?()|\[\]{}]*")
"""A pattern that means what it says."""
_BRACKETS: Final = re.compile(r"[{}\[\]]")
_CREDENTIALS: Final = {
    "authorization-basic": "Basic ",
    "authorization-bearer": "Bearer ",
    "authorization-custom": "",
}
"""What stubby4j calls an ``Authorization`` header that it checks after the stub has matched."""
_WITH_BODY: Final = frozenset(["POST", "PUT", "PATCH"])
"""Methods for which stubby4j looks at the body; stubby4node looks at any that is there."""


def read_question(
    fields: Object, document: Document, folder: str, dialect: Dialect, *steps: Step
) -> tuple[Question, tuple[str, ...]]:
    """The matchers of one stub, and notes. Raises ``Refusal`` with the place of what cannot be read."""
    url = as_text(fields.get("url"), *steps, "url")
    if not url:
        raise Refusal("a stub's `request` needs a `url`", steps=steps)
    methods = _methods(fields.get("method"), dialect, *steps, "method")
    body, form, lacking = _body(fields, document, folder, dialect, *steps)
    is_bare = bool(methods) and _WITH_BODY.isdisjoint(methods)
    if is_bare and dialect is Dialect.JAVA:
        body, lacking = None, ""
    question = Question(
        methods=methods,
        path=pattern(url, dialect),
        query=_pairs(fields.get("query"), dialect, *steps, "query"),
        headers=_headers(fields.get("headers"), dialect, *steps, "headers"),
        form=form,
        body=body,
        without_body=dialect is Dialect.NODE or is_bare or (None if dialect is Dialect.EITHER else False),
        sees_target=dialect is not Dialect.NODE and r"\?" in url,
        lacking=lacking,
    )
    return question, ()


def pattern(text: str, dialect: Dialect) -> Wish:
    """A regular expression as the dialect takes it; an operand that is most likely no pattern may be itself."""
    if _LITERAL.fullmatch(text):
        somewhere, whole = Wish(How.PART, text), Wish(How.EQUAL, text)
        if dialect is Dialect.NODE:
            somewhere = Wish(How.EACH, parts=(own_or_more(text), somewhere))
        return {Dialect.JAVA: whole, Dialect.NODE: somewhere}.get(dialect, Wish(How.UNSURE, parts=(whole, somewhere)))
    somewhere, whole = Wish(How.WITHIN, text), Wish(How.WHOLE, text)
    if is_plain(text):
        whole = Wish(How.EITHER, parts=(Wish(How.EQUAL, text), whole))
        somewhere = Wish(How.EACH, parts=(own_or_more(text), somewhere))
    match dialect:
        case Dialect.JAVA:
            return whole
        case Dialect.NODE:
            return somewhere
        case _:
            return Wish(How.UNSURE, parts=(whole, somewhere))


def own_or_more(text: str) -> Wish:
    """Any text, the operand itself first."""
    return Wish(How.EITHER, parts=(Wish(How.EQUAL, text), Wish(How.PRESENT, text)))


def _methods(value: object, dialect: Dialect, *steps: Step) -> tuple[str, ...]:
    listed = as_list(value, *steps) if isinstance(value, list) else [value] if value is not None else []
    methods = tuple(dict.fromkeys(as_text(one, *steps).strip().upper() for one in listed))
    if any(not _METHOD.fullmatch(method) for method in methods):
        raise Refusal("`method` must be an HTTP method, or a list of them", steps=steps)
    return methods or (() if dialect is Dialect.JAVA else ("GET",))


def _pairs(value: object, dialect: Dialect, *steps: Step) -> Wishes:
    found = []
    for name, shown in as_object(value, *steps).items():
        text = ",".join(as_text(one, *steps, name) for one in shown) if isinstance(shown, list) else as_text(shown)
        found.append((name, pattern(text, dialect) if text else own_or_more("")))
    return tuple(found)


def _headers(value: object, dialect: Dialect, *steps: Step) -> Wishes:
    found: list[tuple[str, Wish]] = []
    plain: dict[str, object] = {}
    for name, shown in as_object(value, *steps).items():
        scheme = _CREDENTIALS.get(name.lower())
        text = as_text(shown, *steps, name)
        if scheme is not None:
            found.append(("Authorization", Wish(How.EQUAL, scheme + _credential(name.lower(), text))))
        elif name.lower() == "authorization" and re.fullmatch(r"Basic .+:.+", text):
            found.append((name, Wish(How.EQUAL, f"Basic {_base64(text[6:])}")))
        else:
            plain[name] = text
    return (*found, *_pairs(plain, dialect, *steps))


def _credential(name: str, text: str) -> str:
    return _base64(text) if name.endswith("basic") and ":" in text else text


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()


def _body(
    fields: Object, document: Document, folder: str, dialect: Dialect, *steps: Step
) -> tuple[Wish | None, Wishes, str]:
    """What is asked of the body, of the fields of a form, and what is missing to say it."""
    text, lacking = as_text(fields.get("post"), *steps, "post"), ""
    name = as_text(fields.get("file"), *steps, "file")
    if name:
        try:
            attached = read_attached(name, [document.root / Path(folder)], document)
            text = attached.content.decode("utf-8", "replace")
        except Refusal as refusal:
            if not text:
                lacking = f"the request's body could not be read: {refusal.reason}"
    if text.strip():
        return _posted(text.strip(), dialect), (), ""
    if fields.get("json"):
        return Wish(How.COVERS, as_text(fields["json"], *steps, "json")), (), lacking
    body = Wish(How.PRESENT) if lacking else None
    return body, _pairs(fields.get("form"), dialect, *steps, "form"), lacking


def _posted(text: str, dialect: Dialect) -> Wish:
    """A body: a pattern, or JSON; stubby4j compares documents, and then takes brackets for themselves."""
    if dialect is Dialect.NODE:
        return pattern(text, dialect)
    whole = pattern(text, Dialect.JAVA)
    if text[:1] in ("{", "[", "<") and len(text) <= LONGEST_PATTERN:
        escaped = Wish(How.WHOLE, _BRACKETS.sub(r"\\\g<0>", text))
        compared = Wish(How.DOCUMENT, text) if is_plain(text) else escaped
        whole = Wish(How.EITHER, parts=(compared, escaped, whole))
    elif text[:1] in ("{", "[", "<"):
        whole = Wish(How.EITHER, parts=(Wish(How.DOCUMENT, text), whole))
    if dialect is Dialect.JAVA:
        return whole
    return Wish(How.UNSURE, parts=(whole, Wish(How.WITHIN, text)))
