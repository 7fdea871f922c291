"""What Smocker's matchers make of a text, and in which order a list of mocks is tried."""

from pathlib import Path

import pytest

from driftwatch.mocks.formats.smocker.matcher import Matcher
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction, gather


@pytest.mark.parametrize(
    ("name", "value", "text", "expected"),
    [
        ("ShouldEqual", "a", "a", True),
        ("ShouldEqual", "a", "A", False),
        ("ShouldNotEqual", "a", "A", True),
        ("ShouldResemble", "a", "a", True),
        ("ShouldContainSubstring", "b", "abc", True),
        ("ShouldNotContainSubstring", "b", "abc", False),
        ("ShouldStartWith", "ab", "abc", True),
        ("ShouldEndWith", "ab", "abc", False),
        ("ShouldNotEndWith", "ab", "abc", True),
        ("ShouldBeEmpty", "", "", True),
        ("ShouldNotBeEmpty", "", "", False),
        ("ShouldMatch", "b", "abc", True),
        ("ShouldMatch", "^b", "abc", False),
        ("ShouldNotMatch", "^b", "abc", True),
        ("ShouldMatch", "(", "abc", None),
        ("ShouldEqualJSON", '{"a": [1, {"b": null}]}', '{ "a" : [1.0, {"b":null}] }', True),
        ("ShouldEqualJSON", '{"a": 1}', '{"a": 1, "b": 2}', False),
        ("ShouldEqualJSON", '{"a": 1}', '{"a": true}', False),
        ("ShouldEqualJSON", '{"a": 1}', "a: 1", False),
        ("ShouldAlmostEqual", "1", "1", False),
        ("ShouldNotAlmostEqual", "1", "7", False),
    ],
)
def test_a_matcher_takes_what_the_tool_takes(name: str, value: str, text: str, expected: bool | None) -> None:
    """Equality is literal, patterns may match anywhere, and numbers are never compared."""
    assert Matcher(name, value).holds(text) is expected


def test_answers_in_turn_are_one_claim(tmp_path: Path) -> None:
    """What one request gets call after call is gathered, and what an endless mock hides is not."""
    mock = "- request: {{method: GET, path: /job}}\n  context: {{times: {}}}\n  response: {{body: {}}}\n"
    listed = (mock.format(0, "hidden"), mock.format(0, "then"), mock.format(2, "first"))
    (tmp_path / "mocks.yml").write_text("".join(listed))
    interactions = [reading for reading in FolderSource(tmp_path).read() if isinstance(reading, Interaction)]
    bodies = [[variant.body for variant in claim.variants] for claim in gather(interactions)]
    assert bodies == [[b"hidden"], [b"then", b"first"]]
    assert [bool(interaction.shadowed_by) for interaction in interactions] == [True, False, False]


def test_the_spelling_of_a_mock_does_not_change_its_name(tmp_path: Path) -> None:
    """The short form, the one that Smocker writes itself, and another answer: one mock."""
    short = '[{"request": {"method": "GET", "path": "/a"}, "response": {"body": "x"}}]'
    long = (
        "- response: {body: y}\n  request:\n    path: {matcher: ShouldEqual, value: /a}\n"
        "    method: {matcher: ShouldEqual, value: GET}\n"
    )
    names = []
    for name, text in (("a.json", short), ("a.yml", long)):
        (tmp_path / name).write_text(text)
        names += [
            reading.mock_id for reading in FolderSource(tmp_path / name).read() if isinstance(reading, Interaction)
        ]
    assert len(names) == 2
    assert names[0] == names[1]
