"""Keploy's mappings: which mocks each test of a test set was answered from, as a record of use.

Facts from keploy/keploy (``pkg/models/mapping.go``, ``testrun.go``, ``pkg/platform/yaml/mapdb``) and from a file of
Keploy 2.10.29. ``<test-set>/mappings.yaml`` is one document of kind ``TestMocksMapping``; a test lists its mocks as
``mocks: "mock-0,mock-1"``, as a list of names or of ``{name, kind}``, or from 3.x on under ``mock_entries``. What was
fetched before the first test stands under ``startup`` and belongs to every test of the set.

The mappings say nothing of outcomes; ``reports/test-run-<n>/<test-set>-report.yaml`` beside the test set does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.mocks.limits import MIB, Limits
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document, Options, open_document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.errors import UsageError
from driftwatch.model.use import Outcome, TestUse, Touch, UseRecord

KIND: Final = "TestMocksMapping"
TOOL: Final = "keploy"
_FILES: Final = ("mappings.yaml", "mappings.yml", "mappings.json")
_BELOW: Final = ("", "*", "keploy/*")
"""Where test sets lie below a folder: it is one, it holds them, or it is the project."""
_MOST_SETS: Final = 1000
_LIMITS: Final = Limits(file_bytes=32 * MIB, nodes=500_000)
_SHOWN: Final = 120
_RUN: Final = re.compile(r"test-run-(\d{1,9})\Z")
_KIND_OR_NAME: Final = re.compile(r"(kind|name):\s*[\"']?([\w.-]+)[\"']?\s*\Z")
_OUTCOMES: Final = {
    "PASSED": Outcome.PASSED,
    "FAILED": Outcome.FAILED,
    "OBSOLETE": Outcome.FAILED,
    "IGNORED": Outcome.SKIPPED,
    "PENDING": Outcome.SKIPPED,
    "RUNNING": Outcome.SKIPPED,
}


class _Run(Struct, frozen=True):
    """What the newest report says of a test set."""

    outcomes: Mapping[str, Outcome]
    ended: float = 0.0
    """Unix seconds; 0 if it does not say."""


def read_mappings(path: Path, limits: Limits = _LIMITS) -> UseRecord:
    """What Keploy's tests use: of one mappings file, or of all test sets of a folder.

    A test that no report speaks of counts as passed: Keploy records tests from answers that were really given. Mocks
    that are known not to be HTTP are left out, since no audit reads them.

    Raises ``UsageError`` with file, place and remedy.
    """
    files = [path] if path.is_file() else _found_below(path)
    if not files:
        raise UsageError(f"{path}: no mappings of Keploy. Give a `mappings.yaml`, or the folder of its test sets")
    root = files[0].resolve().parent if path.is_file() else path.resolve()
    uses: list[TestUse] = []
    ended = 0.0
    for file in files:
        test_set = _TestSet(file.resolve().parent, root, limits)
        run = test_set.run()
        ended = max(ended, run.ended)
        uses += test_set.uses(_opened(file, limits), run)
    return UseRecord(
        suite=f"keploy/{root.name}" if path.is_file() else "keploy",
        uses=tuple(uses),
        finished_at=datetime.fromtimestamp(ended, UTC) if ended else None,
        made_by=TOOL,
        root=root.as_posix(),
    )


def _found_below(folder: Path) -> list[Path]:
    try:
        found = {
            file.parent: file
            for below in _BELOW
            for name in _FILES
            for file in folder.glob(f"{below}/{name}".lstrip("/"))
        }
    except OSError as error:
        raise UsageError(f"{folder}: cannot be read: {error.strerror or type(error).__name__}") from error
    return [found[parent] for parent in sorted(found)][:_MOST_SETS]


def _opened(file: Path, limits: Limits) -> Document:
    opened = open_document(file, file.parent, limits, Options())
    if not isinstance(opened, Document):
        raise UsageError(f"{file}: {opened.reason}")
    if opened.problem is not None:
        raise _wrong(file, opened, opened.problem)
    value = opened.value
    if not isinstance(value, dict) or value.get("kind") != KIND:
        raise UsageError(f"{file}: no mappings of Keploy: they are one document with `kind: {KIND}`")
    return opened


def _wrong(file: Path, document: Document, refusal: Refusal) -> UsageError:
    found = document.unreadable(TOOL, refusal)
    return UsageError(f"{file}:{found.line}: {found.reason}. Let Keploy write the file again, or mend that line")


class _TestSet:
    """One test set's folder."""

    def __init__(self, folder: Path, root: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._mocks = next(
            (file for name in ("mocks.yaml", "mocks.yml", "mocks.json") if (file := folder / name).is_file()), None
        )
        self._file = self._mocks.relative_to(root).as_posix() if self._mocks is not None else ""
        self._kinds = _kinds(self._mocks, limits.file_bytes) if self._mocks is not None else {}

    def uses(self, document: Document, run: _Run) -> Iterator[TestUse]:
        """Its tests in the order of the file."""
        fields = as_object(document.value)
        try:
            at_start = self._names(as_list(fields.get("startup"), "startup"), "startup")
            listed = as_list(fields.get("tests"), "tests")
            for index, one in enumerate(listed):
                place = ("tests", index)
                test = as_object(one, *place)
                name = as_text(test.get("id"), *place, "id")
                if not name:
                    raise Refusal("the test has no `id`", steps=place)
                own = self._names(_mocks_of(test, *place), *place)
                outcome = run.outcomes.get(name, Outcome.PASSED)
                touches = map(self._touch, dict.fromkeys([*own, *at_start]))
                yield TestUse(f"{self._folder.name}/{name}", outcome, tuple(touches))
        except Refusal as refusal:
            raise _wrong(document.path, document, refusal) from refusal

    def _names(self, entries: Sequence[object], *place: str | int) -> list[str]:
        named = [_named(entry, *place, "mocks", index) for index, entry in enumerate(entries)]
        return [name for name, kind in named if name and (kind or self._kinds.get(name, "http")).lower() == "http"]

    def _touch(self, name: str) -> Touch:
        return Touch(TOOL, self._file, mock_id=f"{self._folder.name}/{name}", name=name)

    def run(self) -> _Run:
        """The outcomes in the report of the newest run, if there is any that can be read."""
        reports = self._folder.parent / "reports"
        try:
            runs = [(int(match[1]), one) for one in reports.iterdir() if (match := _RUN.match(one.name))]
        except OSError:
            return _Run({})
        for _, folder in sorted(runs, reverse=True):
            file = folder / f"{self._folder.name}-report.yaml"
            if not file.is_file():
                continue
            opened = open_document(file, folder, self._limits, Options())
            value = opened.value if isinstance(opened, Document) and opened.problem is None else None
            if isinstance(value, dict):
                return _run(value.get("tests"))
        return _Run({})


def _run(tests: object) -> _Run:
    listed = [test for test in tests if isinstance(test, dict)] if isinstance(tests, list) else []
    outcomes = {
        str(test.get("test_case_id")): _OUTCOMES.get(str(test.get("status")), Outcome.FAILED) for test in listed
    }
    times = [one for test in listed if isinstance(one := test.get("completed"), int) and 0 < one < 1e11]
    return _Run(outcomes, max(times, default=0))


def _mocks_of(test: Object, *place: str | int) -> Sequence[object]:
    if "mock_entries" in test:
        return as_list(test["mock_entries"], *place, "mock_entries")
    listed = test.get("mocks")
    return listed.split(",") if isinstance(listed, str) else as_list(listed, *place, "mocks")


def _named(entry: object, *place: str | int) -> tuple[str, str]:
    """A mock's name and, where the entry says so, its kind."""
    if isinstance(entry, dict):
        return as_text(entry.get("name"), *place, "name").strip(), as_text(entry.get("kind"), *place, "kind")
    return as_text(entry, *place).strip(), ""


def _kinds(file: Path, most: int) -> dict[str, str]:
    """The kind of each mock of a set: two lines of each document, which begin where all its members do."""
    kinds: dict[str, str] = {}
    seen: dict[str, str] = {}
    try:
        with file.open("rb") as lines:
            for line in lines.read(most).decode("utf-8", "replace").split("\n"):
                if line.startswith("---"):
                    seen = {}
                elif (match := _KIND_OR_NAME.match(line)) is not None:
                    seen[match[1]] = match[2]
                    if len(seen) == 2:
                        kinds[seen["name"]] = seen["kind"]
    except OSError:
        return {}
    return kinds
