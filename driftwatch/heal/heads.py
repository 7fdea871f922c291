"""Headers whose presence or value is a claim. What differs from answer to answer is never written into a mock."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from driftwatch.heal.answer import NONE, Answer
from driftwatch.heal.bench import Bench, UnhealableError
from driftwatch.heal.tree import FixedError
from driftwatch.model.finding import Finding
from driftwatch.model.route import path_of

_OPAQUE: Final = re.compile(r"(?!v[0-9])(?=.*[0-9])[A-Za-z0-9_-]{6,}|[0-9]+")
"""A segment that names one resource (``drift.locations`` sees it so too)."""
_LARGEST: Final = 64 * 1024
"""Bytes of a body that is no JSON and still may stand in a mock."""
_WRITTEN: Final = re.compile(r"\{\{|\$\{|<%|<[A-Z][A-Z0-9_]+>")
"""Where a template or a scrubber stands in a header."""
_SCHEME: Final = re.compile(r"(?:^|,)\s*([A-Za-z][\w-]*)(?=\s|,|$)")


def gone(finding: Finding, answers: Sequence[Answer], bench: Bench) -> bool:
    """A header that never comes is removed."""
    name, changed = _name(finding), False
    for answer in answers:
        if answer.header(name) is not None:
            answer.drop_header(name)
            changed = True
    return changed and bool(bench.samples)


def _name(finding: Finding) -> str:
    return finding.path.removeprefix("header:")


def value(finding: Finding, answers: Sequence[Answer], bench: Bench) -> bool:
    """A header's claim becomes the real one."""
    name, changed = _name(finding), False
    spell = partial(_location, bench.base_path) if name == "location" else _SPELT.get(name, _as_it_is)
    for answer in answers:
        mocked = answer.header(name)
        if mocked is None:
            continue
        real = _of_samples(name, answer, bench)
        if _WRITTEN.search(mocked):
            raise FixedError
        if real is not None:
            answer.set_header(name, spell(mocked, bench.disguise.header(name, real)))
            changed = True
    return changed


def _of_samples(name: str, answer: Answer, bench: Bench) -> str | None:
    """The commonest real value, of the answers of one status if there are any."""
    samples = [one for one in bench.samples if one.status == answer.status] or list(bench.samples)
    values = [text for one in samples if (text := one.header(name)) is not None]
    return max(dict.fromkeys(values), key=values.count) if values else None


def media_type(_: Finding, answers: Sequence[Answer], bench: Bench) -> bool:
    """The media type becomes the real one; of another family, the body has to follow."""
    changed = False
    for answer in answers:
        mocked, real = answer.header("content-type"), _of_samples("content-type", answer, bench)
        if mocked is None or real is None or mocked == real:
            continue
        if _WRITTEN.search(mocked):
            raise FixedError
        answer.set_header("content-type", plain_type(real))
        changed = True
        if not answer.original.body:
            continue
        if not _is_json(real):
            other_text(answer, real, bench)
        elif answer.document is None:
            whole_document(answer, bench)
    return changed


def plain_type(content_type: str) -> str:
    """A media type with its charset alone: what else stands there may be drawn anew for every answer (``boundary``)."""
    essence, *parameters = (part.strip() for part in content_type.split(";"))
    kept = [part for part in parameters if part.lower().startswith("charset=")]
    return "; ".join([essence, *kept])


def _is_json(content_type: str) -> bool:
    essence = content_type.split(";", 1)[0].strip().lower()
    return essence in ("application/json", "text/json") or essence.endswith("+json")


def _is_page(content_type: str) -> bool:
    return content_type.split(";", 1)[0].strip().lower() in ("text/html", "application/xhtml+xml")


def other_text(answer: Answer, content_type: str, bench: Bench) -> None:
    """The whole body becomes text like the real one. Raises ``UnhealableError`` where that is no text to be kept."""
    if _is_page(content_type) and not _is_page(answer.original.header("content-type") or ""):
        raise UnhealableError("a page for people came in the place of data: look at the service first")
    sample = next((one for one in bench.samples if one.status == answer.status and not one.is_truncated), None)
    body = sample.body if sample is not None else b""
    if len(body) > _LARGEST:
        raise UnhealableError("the real body is too large for a mock")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise UnhealableError("the real body is no text, and its bytes may hold anything") from None
    answer.put_text(bench.disguise.text(text, content_type.split(";", 1)[0].strip()) if text.strip() else "")


def whole_document(answer: Answer, bench: Bench) -> bool:
    """The whole body becomes one of the real form; the team's values stay where both have a place for them."""
    samples = [one for one in bench.samples if one.status == answer.status and one.failure is None]
    documents = [found for one in samples if (found := bench.open_body(one)) is not NONE]
    if not documents:
        return False
    old = answer.document
    answer.put_document(bench.plausible(documents, "", old))
    return True


def _as_it_is(_: str, real: str) -> str:
    return real


def _disposition(mocked: str, real: str) -> str:
    """The type of the real one with the mock's own file name."""
    _, by, rest = mocked.partition(";")
    return real.split(";", 1)[0].strip() + by + rest


def _challenge(mocked: str, real: str) -> str:
    """The real schemes; their parameters, which may be made for one caller, stay the mock's own."""
    parts = [part.strip() for part in re.split(r",(?=\s*[A-Za-z][\w-]*\s)", mocked)]
    known = {match[1].lower(): part for part in parts if (match := _SCHEME.match(part))}
    schemes = list(dict.fromkeys(match[1] for match in _SCHEME.finditer(real)))
    return ", ".join(known.get(scheme.lower(), scheme) for scheme in schemes)


def _location(base_path: str, mocked: str, real: str) -> str:
    """The real route on the mock's own host, with the mock's names of resources in their order."""
    host = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", mocked)
    mine = [segment for segment in path_of(mocked).split("/") if _OPAQUE.fullmatch(segment)]
    theirs = below(base_path, path_of(real)).split("/")
    segments = [mine.pop(0) if mine and _OPAQUE.fullmatch(segment) else segment for segment in theirs]
    return (host[0] if host else "") + "/".join(segments)


def below(base_path: str, path: str) -> str:
    """A path of the service as the mocks have it: without what the target's own URL begins with."""
    base = base_path.rstrip("/")
    return path.removeprefix(base) or "/" if base and f"{path}/".startswith(f"{base}/") else path


def _media_type(_: str, real: str) -> str:
    return plain_type(real)


_SPELT: Final[Mapping[str, Callable[[str, str], str]]] = {
    "content-disposition": _disposition,
    "content-type": _media_type,
    "www-authenticate": _challenge,
}
