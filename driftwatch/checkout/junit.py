"""Reports of test runs in the XML that JUnit's Ant task began and everybody writes.

Read: ``testcase`` with ``classname`` (or ``file``) and ``name``, inside it ``failure``, ``error`` or ``skipped``
(pytest 9, Maven Surefire 3, Gradle 8, jest-junit 16, gotestsum 1). What passed in the end although it failed before
(Surefire's ``flakyFailure`` and ``rerunFailure``) passed. A document type is refused: no report has one.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final
from xml.parsers import expat

from driftwatch.model.rehearsal import Fate, Test

_MOST_BYTES: Final = 64 * 1024**2
_MOST_TESTS: Final = 200_000
LONGEST: Final = 300
"""Characters of a name or of a failure's first line."""
_DEEPEST: Final = 200
_WORSE: Final = {Fate.SKIPPED: 0, Fate.PASSED: 1, Fate.FAILED: 2}


class NotReadError(ValueError):
    """A file is no report; the message says why."""


def read_reports(paths: Iterable[Path]) -> tuple[Test, ...]:
    """All tests of some reports, by name; of several of one name the one that went worst. Raises ``NotReadError``."""
    found: dict[str, Test] = {}
    for path in paths:
        for test in _read(path):
            known = found.get(test.name)
            if known is None or _WORSE[test.fate] > _WORSE[known.fate]:
                found[test.name] = test
        if len(found) > _MOST_TESTS:
            raise NotReadError(f"more than {_MOST_TESTS} tests")
    return tuple(found[name] for name in sorted(found))


def _read(path: Path) -> list[Test]:
    try:
        with path.open("rb") as stream:
            text = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise NotReadError((error.strerror or "unreadable").lower()) from error
    if len(text) > _MOST_BYTES:
        raise NotReadError("more than 64 MiB")
    reader = _Reader()
    try:
        reader.parse(text)
    except expat.ExpatError as error:
        raise NotReadError(f"no XML at line {error.lineno}") from error
    except NotReadError:
        raise
    except (LookupError, ValueError) as error:  # pyexpat, of an encoding that it has not, or of several bytes each
        raise NotReadError("in an encoding that is not read here: write UTF-8") from error
    return reader.tests


class _Reader:
    """Collects test cases while expat goes through a document."""

    def __init__(self) -> None:
        self.tests: list[Test] = []
        self._name = ""
        self._fate = Fate.PASSED
        self._words = ""
        self._is_told = False
        self._text: list[str] | None = None
        self._depth = 0

    def parse(self, text: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._hear
        parser.Parse(text, True)

    def _refuse(self, *_: object) -> None:
        raise NotReadError("it has a document type")

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST or len(self.tests) > _MOST_TESTS:
            raise NotReadError("too deep or too many tests")
        if tag == "testcase":
            place = attributes.get("classname") or attributes.get("file") or ""
            name = attributes.get("name", "")
            self._name = f"{place}::{name}" if place and place != name else name
            self._fate, self._words = Fate.PASSED, ""
        elif tag in ("failure", "error"):
            self._fate = Fate.FAILED
            self._words = self._words or _first_line(attributes.get("message", ""))
            self._text = []
        elif tag == "skipped" and self._fate is Fate.PASSED:
            self._fate = Fate.SKIPPED

    def _hear(self, text: str) -> None:
        if self._text is not None and len(self._text) < LONGEST:
            self._text.append(text[:LONGEST])

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if tag in ("failure", "error") and self._text is not None:
            self._words = self._words or _first_line("".join(self._text))
            self._text = None
        elif tag == "testcase":
            self.tests.append(Test(self._name[:LONGEST], self._fate, self._words))
            self._name = ""


def _first_line(text: str) -> str:
    return next((line.strip()[:LONGEST] for line in text.splitlines() if line.strip()), "")
