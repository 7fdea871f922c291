"""What changes an answer as a whole: its status, and bodies that become others altogether."""

from collections.abc import Sequence
from typing import Final

from driftwatch.heal.answer import NONE, Answer
from driftwatch.heal.bench import Bench, UnhealableError
from driftwatch.heal.heads import below, other_text, plain_type, whole_document
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import MatcherKind
from driftwatch.model.route import path_of

_BODILESS: Final = frozenset({204, 205, 304})
_REFUSALS: Final = frozenset({401, 403, 407})
_MISSING: Final = frozenset({404, 410})


def status(_: Finding, answers: Sequence[Answer], bench: Bench) -> bool:
    """The mocks of the first status answer with the real one, and with its body where theirs is no more."""
    seen = [one.status for one in bench.samples if one.failure is None and one.status not in bench.statuses]
    if not seen:
        return False
    real = max(sorted(set(seen)), key=seen.count)
    if reason := why_not_toward(real, bench.statuses):
        raise UnhealableError(reason)
    mine = [answer for answer in answers if answer.status == bench.statuses[0]]
    for answer in mine:
        _turn(answer, real, bench)
    return bool(mine)


def why_not_toward(real: int, mocked: Sequence[int]) -> str:
    """Why no mock may follow a service to a status; empty if it may."""
    if real in mocked:
        return ""
    if real >= 500:
        return f"the service fails with {real}: no mock should follow it there"
    if real in _REFUSALS:
        return f"the service refuses the audit's own credentials with {real}, which is no word on the mock"
    if real in (408, 425, 429):
        return f"the service answers {real} for a reason of the moment"
    return ""


def _turn(answer: Answer, real: int, bench: Bench) -> None:
    before, answer.status = answer.status, real
    if 300 <= real < 400:
        _redirect(answer, bench)
    if real in _BODILESS or (300 <= real < 400 and answer.original.body):
        if answer.original.body:
            answer.put_text("")
        for name in ("content-type", "content-length"):
            answer.drop_header(name)
    elif before // 100 != real // 100 and answer.original.body is not None:
        _with_body_of(answer, bench)


def _redirect(answer: Answer, bench: Bench) -> None:
    samples = [one for one in bench.samples if one.status == answer.status]
    real = next((text for one in samples if (text := one.header("location"))), "")
    if real:
        path = below(bench.base_path, path_of(real)) or "/"
        answer.set_header("Location", bench.disguise.header("location", path))


def _with_body_of(answer: Answer, bench: Bench) -> None:
    """After another class of status the old body says nothing any more."""
    samples = [one for one in bench.samples if one.status == answer.status and not one.is_truncated]
    media_type = next((text for one in samples if (text := one.header("content-type"))), "")
    if whole_document(answer, bench):
        _tell(answer, media_type)
        return
    other_text(answer, media_type, bench)
    _tell(answer, media_type)


def _tell(answer: Answer, media_type: str) -> None:
    """The media type of a new body, where the mock tells one."""
    if answer.header("content-type") is not None and media_type:
        answer.set_header("content-type", plain_type(media_type))


def emptied(_: Finding, answers: Sequence[Answer], bench: Bench) -> bool:
    """The body is empty in reality."""
    filled = [answer for answer in answers if (answer.original.body or b"").strip()]
    for answer in filled:
        answer.put_text("")
    return bool(filled) and any(not one.body.strip() for one in bench.samples)


def error_shape(_: Finding, answers: Sequence[Answer], bench: Bench) -> bool:
    """An error document of another form, and the media type that tells of it."""
    changed = False
    for answer in answers:
        samples = [one for one in bench.samples if one.status == answer.status]
        if answer.document is None or not samples or answer.status < 400:
            continue
        changed = whole_document(answer, bench) or changed
        _tell(answer, samples[0].header("content-type") or "")
    return changed


def unreadable(finding: Finding, answers: Sequence[Answer], bench: Bench) -> bool:
    """A body of the mock's own that is not the JSON it claims to be."""
    if finding.path:
        raise UnhealableError(finding.observed)
    broken = [answer for answer in answers if answer.document is None and (answer.original.body or b"").strip()]
    if any(matcher.kind is MatcherKind.DYNAMIC for answer in broken for matcher in answer.original.matchers):
        raise UnhealableError("a template writes the body")
    changed = [whole_document(answer, bench) for answer in broken]
    return any(changed)


def hidden_body(_: Finding, answers: Sequence[Answer], bench: Bench) -> bool:
    """An empty body, where every real answer has one."""
    changed = False
    for answer in answers:
        samples = [one for one in bench.samples if one.status == answer.status and one.failure is None]
        if (answer.original.body or b"").strip() or answer.original.body is None or not samples:
            continue
        if any(not one.body.strip() for one in samples):
            raise UnhealableError("the real body is empty now and then; `driftwatch gaps` proposes a variant")
        if bench.open_body(samples[0]) is not NONE:
            changed = whole_document(answer, bench) or changed
    return changed
