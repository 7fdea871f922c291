"""Keploy test sets: calls made to the recorded application (``tests/``) and calls it made itself (``mocks.yaml``).

Facts from keploy/keploy @ b171291 (``pkg/matcher``, ``pkg/models/http.go``, ``pkg/platform/yaml``) and from recordings
in keploy/samples-go @ 40a7f06, samples-python @ a8453d3, samples-csharp @ 9006aed and samples-typescript @ e3dc70d.

A file is a stream of documents, each with ``version: api.keploy.io/…``, a ``kind``, a ``name`` and a ``spec``; only
``kind: Http`` is HTTP. A test set is a folder: ``config.yaml`` in it holds values of templates, ``keploy.yml`` above it
the noise of the whole project. The calls of one set follow each other in time, whatever their files are called.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.keploy.call import NAME, Call, read_call
from driftwatch.mocks.formats.keploy.parts import Part, parts
from driftwatch.mocks.formats.keploy.project import CallSet, is_project, is_set_config
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.model.interaction import Ignored, Interaction

__all__ = ["NAME", "home", "read", "recognises", "serve"]

_MARK: Final = re.compile(r"(?m)^(?:\{\s*)?[\"']?version[\"']?\s*:\s*[\"']?api\.keploy\.io/")
_FOLDERS: Final = frozenset(["tests", "mocks"])
"""Folders inside a test set; ``mocks`` is the layout of 2022/23."""


def recognises(document: Document) -> bool:
    """A document of Keploy's in the stream, whole or broken; also Keploy's own configuration, which is no mock."""
    if document.syntax is Syntax.TEXT and document.problem is None:
        return False
    if _MARK.search(document.text):
        return True
    value = document.value
    if not isinstance(value, dict):
        return False
    return str(value.get("version")).startswith("api.keploy.io/") or is_project(value) or is_set_config(value)


def read(document: Document) -> Iterator[Stub]:
    """The calls of one file alone, as if no other file belonged to its set."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:
    """The folder of the test set."""
    folders = document.folders
    return "/".join(folders[:-1] if folders and folders[-1] in _FOLDERS else folders)


def serve(home: str) -> "Recorded":
    """A test set without calls."""
    return Recorded(home)


class Recorded:
    """One test set: what its calls created can only be said once all its files are known."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._calls: list[Call] = []
        self._call_set: CallSet | None = None

    def add(self, document: Document) -> Iterator[Stub]:
        """Take a file in; what is no HTTP, or cannot be read, comes out at once."""
        value = document.value
        if document.problem is None and isinstance(value, dict) and (is_project(value) or is_set_config(value)):
            yield Ignored(document.file, "Keploy's configuration, no mock")
            return
        if self._call_set is None:
            self._call_set = CallSet.beside(document, self._home)
        others: dict[str, int] = {}
        count = 0
        for part in parts(document):
            count += 1
            try:
                call = _read_part(part, self._call_set, others)
            except Refusal as refusal:
                yield part.unreadable(NAME, refusal)
            else:
                self._calls += [call] if call else []
        if others:
            yield Ignored(document.file, _left_out(others, count))

    def close(self) -> Iterator[Stub]:
        """All calls in the order of the files; what an earlier one in time created is not asked for."""
        created: dict[bool, set[str]] = {True: set(), False: set()}
        done: dict[int, Interaction] = {}
        for index, call in sorted(enumerate(self._calls), key=lambda pair: pair[1].moment):
            try:
                done[index] = call.interaction(created[call.is_outbound], self._home)
            except Refusal as refusal:
                yield call.part.unreadable(NAME, refusal)
        seen: dict[str, int] = {}
        for _, interaction in sorted(done.items()):
            seen[interaction.mock_id] = ordinal = seen.get(interaction.mock_id, 0) + 1
            yield interaction if ordinal == 1 else replace(interaction, mock_id=f"{interaction.mock_id}-{ordinal}")


def _read_part(part: Part, call_set: CallSet, others: dict[str, int]) -> Call | None:
    """The call in one document of the stream; ``None`` if it is of another kind, which is counted."""
    if part.document.problem is not None:
        raise part.document.problem
    fields = as_object(part.document.value)
    kind = _kind(fields)
    if kind != "Http":
        others[kind] = others.get(kind, 0) + 1
        return None
    return read_call(part, fields, call_set)


def _kind(fields: Object) -> str:
    if "kind" in fields:
        return as_text(fields["kind"], "kind")
    if "tests" in fields or "status" in fields:
        return "a test report"
    raise Refusal("the document has no `kind`")


def _left_out(others: dict[str, int], count: int) -> str:
    if set(others) == {"TestMocksMapping"}:
        return "says which mocks belong to which test, and is no mock itself"
    if set(others) == {"a test report"}:
        return "a report of a test run, no mock"
    if count == 1:
        return f"a recording of another kind, {next(iter(others))}: only HTTP is audited"
    kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(others.items()))
    return f"{sum(others.values())} of {count} documents are not HTTP and are not audited: {kinds}"
