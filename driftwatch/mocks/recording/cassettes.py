"""What the recorders of the VCR family share in spelling: headers as maps, bodies with an encoding, and who wrote it.

Ruby's VCR (vcr/vcr), betamax (betamaxpy/betamax) and go-vcr (dnaeon/go-vcr) descend from one design; php-vcr
(php-vcr/php-vcr) and the recorder of ``responses`` (getsentry/responses) write single values where those write lists.
"""

import re
from typing import Final

from driftwatch.mocks.answers.bodies import encode_text, from_base64
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.recording.recordings import Exchange
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_status, as_text
from driftwatch.model.interaction import Header

DAMAGED: Final = "its body was not text, and the recorder damaged it"
_BYTES: Final = frozenset(["ascii-8bit", "binary", "us-ascii", "ascii"])
"""Ruby's names for bytes of no particular charset, and for text that says nothing about one."""
_LOST: Final = "\ufffd"
_TEXTUAL: Final = re.compile(
    r"(?i)text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript|x-www-form-urlencoded|graphql)"
)
_ABSOLUTE: Final = re.compile(r"(?i)https?://[^/?#]")
_MARKS: Final = re.compile(r"(?m)^\s*(?:[{,]\s*)?[\"']?http_interactions[\"']?\s*:|[\"']http_interactions[\"']\s*:")
_BETAMAX: Final = re.compile(r"[\"']?recorded_with[\"']?\s*:\s*[\"']?betamax|\"method\"\s*:\s*\"[A-Z]+\"")
"""Ruby's VCR writes methods in lower case."""
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def http_interaction(entry: object, document: Document, *steps: Step, does_text_win: bool) -> Exchange:
    """One of the ``http_interactions`` that Ruby's VCR and betamax write. Raises ``Refusal``."""
    fields = as_object(entry, *steps)
    asked = as_object(fields.get("request"), *steps, "request")
    answer = as_object(fields.get("response"), *steps, "response")
    if not answer:
        raise Refusal("the interaction has no `response`", steps=steps)
    headers = read_headers(asked.get("headers"), document, *steps, "request", "headers")
    answer_headers = read_headers(answer.get("headers"), document, *steps, "response", "headers")
    body, _ = read_body(asked, headers, *steps, "request", does_text_win=does_text_win)
    answer_body, notes = read_body(answer, answer_headers, *steps, "response", does_text_win=does_text_win)
    return Exchange(
        method=as_text(asked.get("method"), *steps, "request", "method").lstrip(":").upper() or "GET",
        url=absolute_url(asked.get("uri"), *steps, "request", "uri"),
        headers=headers,
        body=body or None,
        status=read_status(answer, *steps, "response"),
        answer_headers=answer_headers,
        answer_body=answer_body,
        stated_time=as_text(fields.get("recorded_at"), *steps, "recorded_at"),
        notes=notes,
    )


def absolute_url(value: object, *steps: Step) -> str:
    """An URL with scheme and host, or with a stand-in for them (``<API_BASE>/users``). Raises ``Refusal``."""
    url = as_text(value, *steps)
    if not _ABSOLUTE.match(url) and not url.startswith("<"):
        name = ".".join(str(step) for step in steps[-2:])
        raise Refusal(f"`{name}` must be an absolute URL", steps=steps)
    return url


def read_headers(value: object, document: Document, *steps: Step) -> tuple[Header, ...]:
    """A map from names to texts or to lists of texts, as the file spells them: an unquoted ``1.10`` stays so."""
    found: list[Header] = []
    for name, shown in as_object(value, *steps).items():
        if type(shown) is str:
            found.append((name, shown))
        elif isinstance(shown, list):
            for index, one in enumerate(shown):
                found.append((name, one if type(one) is str else _text(one, document, *steps, name, index)))
        else:
            found.append((name, _text(shown, document, *steps, name)))
    return tuple(found)


def _text(value: object, document: Document, *steps: Step) -> str:
    if type(value) in (int, float):
        try:
            return document.scalar(*steps)
        except LookupError:  # the place is not known in every notation
            pass
    return as_text(value, *steps)


def read_status(answer: Object, *steps: Step) -> int:
    """``status`` with a ``code`` in it, ``status`` alone, or ``status_code``. Raises ``Refusal``."""
    status = answer.get("status")
    if isinstance(status, dict):
        code = as_status(status.get("code"), *steps, "status", "code")
    else:
        name = "status" if status is not None else "status_code"
        code = as_status(answer.get(name), *steps, name)
    if not code:
        raise Refusal("the answer has no status", steps=steps)
    return code


def read_body(
    side: Object, headers: tuple[Header, ...], *steps: Step, does_text_win: bool
) -> tuple[bytes | None, tuple[str, ...]]:
    """A body in a ``{encoding, string}`` or ``{encoding, base64_string}``, or plain; ``None`` if there is none.

    ``does_text_win`` is betamax's rule where both stand beside each other and the text is not empty. Notes say what
    the recorder lost.
    """
    content_type, here = value_of(headers, "content-type"), (*steps, "body")
    stored, encoding = side.get("body"), ""
    if isinstance(stored, dict):
        text, packed = stored.get("string"), stored.get("base64_string")
        encoding = as_text(stored.get("encoding"), *here, "encoding")
        if packed is not None and not (does_text_win and text):
            return _unpacked(as_text(packed, *here, "base64_string"), *here, "base64_string"), ()
        stored = text
    match stored:
        case None:
            return None, ()
        case bytes():
            return stored, ()
        case str():
            return text_body(stored, content_type, encoding)
        case _:
            raise Refusal("`body` must be text", steps=here)


def _unpacked(text: str, *steps: Step) -> bytes:
    try:
        return from_base64(text)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=steps) from refusal


def text_body(text: str, content_type: str, encoding: str = "") -> tuple[bytes | None, tuple[str, ...]]:
    """Text as the bytes it was; ``None`` with a note if it was none and cannot be had back."""
    if _LOST in text and not _TEXTUAL.match(content_type):
        return None, (DAMAGED,)
    known = "" if encoding.lower() in _BYTES else encoding
    return encode_text(text, f";charset={known}" if known else content_type), ()


def broken_writer(text: str) -> str:
    """Whose cassette a text is that cannot be parsed: ``betamax``, ``vcr``, or nobody's (empty)."""
    if not _MARKS.search(text):
        return ""
    return "betamax" if _BETAMAX.search(text) else "vcr"


def is_betamax(cassette: Object) -> bool:
    """Whether betamax wrote a cassette with ``http_interactions`` and not Ruby's VCR: it says so, or by its dates."""
    writer = cassette.get("recorded_with")
    if isinstance(writer, str) and re.match(r"(?i)betamax|vcr", writer):
        return writer.lower().startswith("betamax")
    entries = cassette.get("http_interactions")
    dates = (
        (entry.get("recorded_at") for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else ()
    )
    return any(isinstance(date, str) and _ISO_DATE.match(date) for date in dates)
