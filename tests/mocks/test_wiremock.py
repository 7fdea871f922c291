"""WireMock's stubs: the quick ways give what the thorough ones do, and too many stubs are never taken for checked."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from driftwatch.mocks.asking import effort
from driftwatch.mocks.formats.wiremock import precedence, stub
from driftwatch.mocks.formats.wiremock.conditions import Condition
from driftwatch.mocks.formats.wiremock.derive import candidates
from driftwatch.mocks.formats.wiremock.pattern import parse_pattern
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.text.documents import Document, Options
from driftwatch.model.interaction import Interaction

URLS = st.text(st.sampled_from("/ab1?&=#% +é.:\n"), max_size=12)
ASKED = st.sampled_from(
    [
        {"urlPathPattern": "/a/[0-9]+"}, {"urlPathPattern": "/a/.*"}, {"urlPattern": "/a/1.*"}, {"urlPath": "/a/1"},
        {"url": "/a/1"}, {"urlPathTemplate": "/a/{id}"}, {},
    ]
)  # fmt: skip


@given(field=st.sampled_from(["url", "urlPath"]), url=URLS, method=st.sampled_from(["GET", "post"]))
def test_a_literal_stub_asks_what_checking_it_would_ask(field: str, url: str, method: str) -> None:
    """One method and one URL need no check; a matcher that is satisfied by nothing sends them through it."""
    pattern = parse_pattern({"method": method, field: url})
    checked = structs.replace(pattern, headers={"X-Not-There": Condition("absent")})
    assert pattern.is_literal
    assert not checked.is_literal
    assert list(candidates(pattern, {}, {})) == list(candidates(checked, {}, {}))


@given(
    asked=st.lists(st.tuples(ASKED, st.integers(1, 3), st.integers(0, 2)), max_size=14),
    is_uniform=st.booleans(),
)
def test_rivals_are_those_of_looking_at_every_stub(asked: list[tuple[object, int, int]], is_uniform: bool) -> None:
    """Passing over what cannot come before changes neither who is found nor in which order."""
    root = Path()
    stubs = []
    for number, (request, priority, file) in enumerate(sorted(asked, key=lambda one: one[2])):
        value = {"id": str(number), "request": request, "response": {}, "priority": 1 if is_uniform else priority}
        document = Document(f"{file}.json", root / f"{file}.json", root, json.dumps(value), options=Options())
        stubs.append(stub.read_stub(value, document, number))
    known = precedence.Precedence(stubs)
    for one in stubs:
        if not one.candidate.grade.is_sendable:
            continue
        wanted = {
            other.mock_id
            for other in stubs
            if other is not one
            and (other.priority, other.position[0] == one.position[0] and other.position[1] < one.position[1])
            <= (one.priority, False)
            and other.pattern.answers(one.candidate.asked) is True
        }
        found = [other.mock_id for other in known.rivals(one, one.candidate.asked)]
        assert len(found) == len(set(found))
        assert set(found) == wanted


def requests(folder: Path, patterns: list[str]) -> list[tuple[bool, str]]:
    """Whether each stub would be asked about, and why not."""
    stubs = [{"request": {"method": "GET", "urlPathPattern": one}, "response": {}} for one in patterns]
    (folder / "stubs.json").write_text(json.dumps({"mappings": stubs}))
    read = [one for one in FolderSource(folder, limits=Limits()).read() if isinstance(one, Interaction)]
    return [(one.request.grade.is_sendable, one.request.reason) for one in read]


def test_what_nobody_had_time_to_compare_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stub in front of which too many others stand waits for its team, and says so."""
    patterns = [f"/a/[{number % 10}-9]+" for number in range(30)]
    assert all(is_sent for is_sent, _ in requests(tmp_path, patterns))
    monkeypatch.setattr(precedence, "_MOST_IN_ALL", 100)
    found = requests(tmp_path, patterns)
    assert found[-1][0]
    assert any(not is_sent and "too many stubs" in reason for is_sent, reason in found)


def test_patterns_beyond_the_allowance_of_a_read_are_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first are read, the others give their reason, and the next read begins anew."""
    monkeypatch.setattr(effort, "_ALLOWED", 500)
    patterns = [f"/a{number}/[0-9]+" for number in range(20)]
    first, again = requests(tmp_path, patterns), requests(tmp_path, patterns)
    assert first == again
    assert first[0][0]
    assert not first[-1][0]
    assert "too many patterns" in first[-1][1]
