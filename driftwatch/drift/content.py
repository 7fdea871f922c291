"""What kind of document both sides sent, and whether it is one: media type, emptiness, parseability."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct, field

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.model.answers import Document, Pair
from driftwatch.model.interaction import Expectation
from driftwatch.model.probe import Observation

Decode = Callable[[bytes, str], Document]
"""Bytes and charset (empty: unknown) to a JSON document, or the problem with it."""

PROBLEM_JSON: Final = "application/problem+json"


class Content(Struct):
    """The documents of a pair, as far as they are JSON, and what was wrong with the others."""

    differences: list[Difference] = field(default_factory=list)
    promises: list[object] = field(default_factory=list)
    deliveries: list[object] = field(default_factory=list)
    delivered_by: list[Observation] = field(default_factory=list)
    shows_text: bool = False
    """A variant without media type shows text that is no document: then the service may send some as well."""


def essence(content_type: str | None) -> str:
    """The media type without parameters, in lower case (RFC 9110, 8.3.1); empty if there is none."""
    return (content_type or "").split(";", 1)[0].strip().lower()


def charset(content_type: str | None) -> str:
    """The charset parameter in lower case; empty if there is none."""
    for parameter in (content_type or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""


def is_json(media_type: str) -> bool:
    """``application/json``, ``text/json`` and every ``+json`` (RFC 6839, 3.1)."""
    return media_type in ("application/json", "text/json") or media_type.endswith("+json")


def examine(pair: Pair, decode: Decode, decode_promise: Decode) -> Content:
    """Open the bodies of a pair and say what is wrong with those that do not open.

    ``decode_promise`` opens the mock's own, which are the same at every audit and may be kept open.
    """
    content = Content()
    promised_types = {essence(v.header("content-type")) for v in pair.variants} - {""}
    samples = _check_media_types(pair, promised_types, content)
    if not pair.has_body or any(variant.body is None for variant in pair.variants):
        return content
    shows_empty = any(not (variant.body or b"").strip() for variant in pair.variants)
    mock_is_json = _open_promises(pair, promised_types, decode_promise, content)
    if mock_is_json:
        readable = [sample for sample in samples if not _is_other(sample, promised_types)]
        _open_deliveries(readable, decode, content, tolerates_empty=shows_empty)
    elif not shows_empty:
        _note(content, Aspect.EMPTY_BODY, [s for s in samples if _is_blank(s)], len(samples))
    filled = [sample for sample in samples if not _is_blank(sample)]
    if shows_empty and not content.promises and all(not (v.body or b"").strip() for v in pair.variants):
        _note(content, Aspect.HIDDEN, filled, len(samples))
    return content


def _is_blank(sample: Observation) -> bool:
    return not sample.body.strip() and not sample.is_truncated


def _is_other(answer: Expectation | Observation, promised: set[str]) -> bool:
    """Whether an answer is of a promised type that is not JSON, as a variant beside JSON may be: it is not read."""
    media_type = essence(answer.header("content-type"))
    return media_type in promised and not is_json(media_type)


def _note(content: Content, aspect: Aspect, samples: list[Observation], n: int, path: str = "", note: str = "") -> None:
    if samples:
        content.differences.append(Difference(aspect, path, k=len(samples), n=n, samples=tuple(samples), note=note))


def _check_media_types(pair: Pair, promised: set[str], content: Content) -> list[Observation]:
    """Note other media types; samples of another family are not looked at any further."""
    if not promised:
        return list(pair.samples)
    left, strangers, cousins = [], [], []
    promises_json = any(is_json(media_type) for media_type in promised)
    for sample in pair.samples:
        delivered = essence(sample.header("content-type"))
        is_problem = pair.is_error and promises_json and delivered == PROBLEM_JSON
        if not delivered or delivered in promised or is_problem:
            left.append(sample)
        elif is_json(delivered) and promises_json:
            left.append(sample)
            cousins.append(sample)
        else:
            strangers.append(sample)
    for samples, note in ((strangers, ""), (cousins, "json")):
        if samples:
            heard = ", ".join(sorted({essence(sample.header("content-type")) for sample in samples}))
            content.differences.append(
                Difference(
                    Aspect.MEDIA_TYPE,
                    "header:content-type",
                    k=len(samples),
                    n=len(pair.samples),
                    note=note,
                    samples=tuple(samples),
                    said=", ".join(sorted(promised)),
                    heard=heard,
                )
            )
    return left


def _open_promises(pair: Pair, promised_types: set[str], decode: Decode, content: Content) -> bool:
    """Decode the mock's bodies; whether JSON is what the mock promises."""
    if promised_types and not any(is_json(media_type) for media_type in promised_types):
        return False
    mute = ""
    for variant in pair.variants:
        if not (variant.body or b"").strip() or _is_other(variant, promised_types):
            continue
        document = decode(variant.body or b"", charset(variant.header("content-type")))
        if not document.problem and (promised_types or isinstance(document.value, dict | list)):
            content.promises.append(document.value)
        elif essence(variant.header("content-type")):
            mute = document.problem
        else:
            content.shows_text = True
    if mute:
        content.differences.append(Difference(Aspect.MUTE_MOCK, "", note=mute))
    return bool(content.promises)


def _open_deliveries(samples: list[Observation], decode: Decode, content: Content, *, tolerates_empty: bool) -> None:
    """Decode the service's bodies. Equal bytes are decoded once: three samples of a stable answer are one document."""
    empty, broken, cut, problems = [], [], [], set()
    opened: dict[bytes, Document] = {}
    for sample in samples:
        if sample.is_truncated:
            cut.append(sample)
        elif _is_blank(sample):
            empty.append(sample)
        else:
            document = opened.get(sample.body)
            if document is None:
                document = opened[sample.body] = decode(sample.body, charset(sample.header("content-type")))
            if document.problem:
                broken.append(sample)
                problems.add(document.problem)
            else:
                content.deliveries.append(document.value)
                content.delivered_by.append(sample)
    if not tolerates_empty:
        _note(content, Aspect.EMPTY_BODY, empty, len(samples))
    if not content.shows_text:
        _note(content, Aspect.NOT_JSON, broken, len(samples), note=", ".join(sorted(problems)))
    _note(content, Aspect.CUT_BODY, cut, len(samples), path="mock")
