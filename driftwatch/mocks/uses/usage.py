"""The ``driftwatch.usage/1`` document: which test of a suite met which mock, by our plugin or by anybody.

``reports/schemas/usage-1.json`` describes it. It comes from elsewhere, so it is a stranger like every mock file:
bounded in size, depth, number and length of names, and strict, since a misspelt member would let a test seem to need
no mock.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.limits import MIB, Limits
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.documents import Document, Options, open_document
from driftwatch.mocks.text.opening import content_of
from driftwatch.model.errors import UsageError
from driftwatch.model.use import LONGEST, SCHEMA, Need, Outcome, TestUse, Touch, UseRecord, bare, named

MOST_BYTES: Final = 64 * MIB
MOST_TESTS: Final = 200_000
MOST_TOUCHES: Final = 2_000_000
_LONGEST_READS: Final = 10_000
"""Places that one touch was read at."""
_EARLIEST: Final = 2000
"""The year before which no run has ended; the first of all years, in another zone, is in none."""
_REMEDY: Final = "The README shows one that is right (`driftwatch.usage/1`)"
_OTHER_FORM: Final = f"is of another form: its `schema` is not {SCHEMA!r}"
_UNKNOWN: Final = re.compile(r"unknown field `(.*?)`")
_PLACE: Final = re.compile(r" - at `.*`$")
_BYTE: Final = re.compile(r"\(byte (\d+)\)")


class _Record(UseRecord, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record as it stands in a file, which says of what form it is."""

    schema: str


def read_usage(path: Path) -> UseRecord:
    """The record in a file. Raises ``UsageError`` with the line, what is wrong there, and what to do."""
    try:
        content = content_of(path, MOST_BYTES, {})
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror or type(error).__name__}") from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path} is larger than {MOST_BYTES // MIB} MiB. Write a record for each suite")
    try:
        found = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Record)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        told = _complaint(path, content, error)
        raise UsageError(f"{told}{'' if told.endswith('?') else '.'} {_REMEDY}") from None
    if found.schema != SCHEMA:
        raise UsageError(f"{path}:1 {_OTHER_FORM}. {_REMEDY}")
    if trouble := next(_troubles(found), ""):
        raise UsageError(f"{path}: {trouble}. {_REMEDY}")
    return UseRecord(
        found.suite, tuple(_joined(found.uses)), _in_zone(found.finished_at), found.is_whole, found.made_by, found.root,
        found.is_watching_reads,
    )  # fmt: skip


def _joined(uses: tuple[TestUse, ...]) -> Iterator[TestUse]:
    """One use for each test: of one that is told of twice the last outcome counts, and all touches do."""
    tests: dict[str, TestUse] = {}
    for use in uses:
        test, touches = named(use.test), tuple(replace(touch, url=bare(touch.url)) for touch in use.touches)
        before = tests.get(test)
        if before is not None:
            tests[test] = replace(before, outcome=use.outcome, touches=(*before.touches, *touches))
        else:
            tests[test] = TestUse(test, use.outcome, touches)
    yield from tests.values()


def _in_zone(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _troubles(record: _Record) -> Iterator[str]:
    if not record.suite.strip():
        yield "`suite` is empty: name the suite, so that its next record takes the place of this one"
    if len(record.uses) > MOST_TESTS or sum(len(use.touches) for use in record.uses) > MOST_TOUCHES:
        yield f"more than {MOST_TESTS:,} tests or {MOST_TOUCHES:,} touches. Write a record for each suite"
    if record.finished_at is not None and record.finished_at.year < _EARLIEST:
        yield f"`finished_at` is before {_EARLIEST}: write when the run has ended, or leave it out"
    if not all(map(_is_fit, (record.suite, record.made_by, record.root))):
        yield f"a name of more than {LONGEST:,} characters, or with a NUL in it"
    for number, use in enumerate(record.uses):
        if not use.test or not _is_fit(use.test):
            yield f"`uses[{number}].test` is empty, longer than {LONGEST:,} characters, or has a NUL in it"
        for place, one in enumerate(use.touches):
            names = (one.tool, one.file, one.pointer, one.mock_id, one.name, one.method, one.url)
            if not all(map(_is_fit, (*names, *one.reads))) or len(one.reads) > _LONGEST_READS:
                yield f"`uses[{number}].touches[{place}]` holds too many names, or one that is too long or has a NUL"
            if not any(names[1:]):
                where = f"`uses[{number}].touches[{place}]`"
                yield f"{where} names no mock: write its `file`, `mock_id`, `name`, or `method` and `url`"


def _is_fit(text: str) -> bool:
    """No database of PostgreSQL takes a NUL."""
    return len(text) <= LONGEST and "\0" not in text


def _complaint(path: Path, content: bytes, error: Exception) -> str:
    """File, line and what is wrong there; slow, and so only for a file that is wrong."""
    if isinstance(error, msgspec.ValidationError):
        document = open_document(path.resolve(), path.resolve().parent, Limits(file_bytes=MOST_BYTES), Options())
        if not isinstance(document, Document):
            return f"{path}: {_plain(str(error))}"
        if document.problem is not None:
            return f"{path}:{document.unreadable('', document.problem).line} is no JSON that can be read"
        if isinstance(document.value, dict) and document.value.get("schema", SCHEMA) != SCHEMA:
            return f"{path}:{document.origin('schema').line} {_OTHER_FORM}"
        steps, told = _wrong(document.value, str(error))
        return f"{path}:{document.origin(*steps).line} `{_place(steps)}`: {told}"
    if isinstance(error, RecursionError):
        return f"{path}: nested too deeply"
    found = _BYTE.search(str(error))
    line = content.count(b"\n", 0, int(found[1])) + 1 if found else 1
    return f"{path}:{line} is no JSON that can be read"


def _wrong(value: object, told: str) -> tuple[tuple[Step, ...], str]:
    """Where the first mistake is: members of the whole, then test by test, touch by touch."""
    uses = value.get("uses") if isinstance(value, dict) else None
    for number, use in enumerate(uses if isinstance(uses, list) else ()):
        touches = use.get("touches") if isinstance(use, dict) else None
        for place, touch in enumerate(touches if isinstance(touches, list) else ()):
            if trouble := _mistake(touch, Touch):
                return ("uses", number, "touches", place), trouble
        if trouble := _mistake(use, TestUse):
            return ("uses", number), trouble
    return (), _plain(told)


def _mistake(value: object, form: type[Struct]) -> str:
    try:
        msgspec.convert(value, form)
    except (msgspec.ValidationError, RecursionError) as error:
        return _plain(str(error), form)
    return ""


def _plain(told: str, form: type[Struct] = _Record) -> str:
    """The mistake in a few words, with the nearest guess for a member that is not known; never a value."""
    place = re.search(r" - at `\$\.(.*)`$", told)
    bare_words = _PLACE.sub("", told)
    if unknown := _UNKNOWN.search(told):
        near = get_close_matches(unknown[1], form.__struct_fields__, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else f"; members are {', '.join(form.__struct_fields__)}"
        return f"there is no member `{unknown[1][:60]}`{hint}"
    if bare_words.startswith("Invalid enum value"):
        words = ", ".join(Outcome if place is None or "reads" not in place[1] else Need)
        return f"`{place[1] if place else 'outcome'}` is none of {words}"
    where = f"`{place[1]}`: " if place else ""
    return f"{where}{bare_words[:1].lower()}{bare_words[1:]}"


def _place(steps: tuple[Step, ...]) -> str:
    told = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return f"${told}"
