"""What a mock of mmock's answers; expressions are filled in in the body, in headers and in cookies.

``{{request.…}}``, ``{{fake.…}}`` and the like are expressions (``pkg/vars``); ``{{anything else}}`` stays as it stands.
"""

import re
from typing import Final

from driftwatch.mocks.answers.attached import folders_up, read_attached
from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.answers.templates import render_marks
from driftwatch.mocks.asking.contest import Answers
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_status, as_text
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

EXPRESSION: Final = (
    r"\{\{\s{0,20}(?:request|response|fake|env|file|http|scenario|storage|persist)\.(?:(?!\}\}|\{\{).){1,500}\}\}"
)
"""A regular expression for one of mmock's own expressions."""
_COMPILED: Final = re.compile(EXPRESSION, re.DOTALL)
_FILE: Final = re.compile(r"\{\{\s{0,20}file\.contents\(([^(){}]{1,500})\)\s{0,20}\}\}")
_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)


def read_answer(value: object, document: Document, method: str, delay: float | None, *steps: Step) -> Answers:
    """The one answer of a mock. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(value, *steps)
    status = as_status(fields.get("statusCode"), *steps, "statusCode") or 200
    headers, is_templated = _headers(fields, *steps)
    body, file, matchers = _body(fields, document, value_of(headers, "content-type"), *steps)
    expectation = Expectation(
        status, headers, None if has_no_body(method, status) else body, matchers, delay, body_file=file
    )
    return Answers((expectation,), notes=("a header is templated and not compared",) if is_templated else ())


def _headers(fields: Object, *steps: Step) -> tuple[tuple[Header, ...], bool]:
    """The headers and cookies whose value is fixed, and whether there are others."""
    found: list[Header] = []
    for name, shown in as_object(fields.get("headers"), *steps, "headers").items():
        several = shown if isinstance(shown, list) else [shown]
        found += [(name, as_text(one, *steps, "headers", name)) for one in several]
    for name, shown in as_object(fields.get("cookies"), *steps, "cookies").items():
        found.append(("Set-Cookie", f"{name}={as_text(shown, *steps, 'cookies', name)}"))
    fixed = tuple(pair for pair in found if not _COMPILED.search(pair[1]))
    return fixed, len(fixed) < len(found)


def _body(
    fields: Object, document: Document, content_type: str, *steps: Step
) -> tuple[bytes | None, str, tuple[Matcher, ...]]:
    """The body's bytes, the file they are from, and what is dynamic in them."""
    if fields.get("body") is None:
        return None, "", ()
    text, file = as_text(fields["body"], *steps, "body"), ""
    if named := _FILE.fullmatch(text.strip()):
        try:
            attached = read_attached(named.group(1).strip().lstrip("/"), folders_up(document), document)
        except Refusal as refusal:
            raise Refusal(refusal.reason, steps=(*steps, "body")) from refusal
        file = attached.file
        if not _COMPILED.search(attached.content.decode("utf-8", "replace")):
            return attached.content, file, ()
        text = attached.content.decode("utf-8", "surrogateescape")
    if not _COMPILED.search(text):
        return encode_text(text, content_type), file, ()
    rendering = render_marks(text, EXPRESSION)
    return rendering.text.encode("utf-8", "surrogateescape"), file, rendering.matchers
