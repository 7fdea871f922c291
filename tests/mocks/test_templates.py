"""Dynamic places of templated bodies."""

import json

import pytest

from driftwatch.mocks.answers.templates import has_template, render, render_marks


@pytest.mark.parametrize(
    ("text", "plain", "places"),
    [
        ('{"a": "{{x}}"}', '{"a": "dynamic"}', {"/a": True}),
        ('{"a": {{x}}}', '{"a": null}', {"/a": False}),
        ('{"a":{"b":{{x}}}}', '{"a":{"b":null}}', {"/a/b": False}),
        ('{"a":{{{x}}}}', '{"a":null}', {"/a": False}),
        ('["id-{{x}}-{{y}}", "fixed"]', '["id-dynamic-dynamic", "fixed"]', {"/*": True}),
        ('{"a": [{"b": {{x}}}, {"b": "{{y}}"}]}', '{"a": [{"b": null}, {"b": "dynamic"}]}', {"/a/*/b": False}),
        ('{"a/b": "{{now format=\\"yyyy\\"}}"}', '{"a/b": "dynamic"}', {"/a~1b": True}),
        ('{"o": {"{{key}}": 1}}', '{"o": {"dynamic": 1}}', {"/o": False}),
        ('{"l": [{{#each x}}{"i": {{this}}},{{/each}}]}', '{"l": [null]}', {"/l/*": False}),
        ('{"s": "{{#if x}}yes{{else}}no{{/if}}"}', '{"s": "dynamic"}', {"/s": True}),
        ('{{#assign "v"}}1{{/assign}}\n{"a": 1}', '\n{"a": 1}', {}),
        ("{{x}}", "null", {"": False}),
        ('{ {{#if x}}"a": 1,{{/if}} "b": 2 }', "null", {"": False}),
        ("Hello {{name}}!", "Hello dynamic!", {"": False}),
        ("[{{#each x}}", "null", {"": False}),
    ],
)  # fmt: skip
def test_places_are_found_and_the_rest_stays(text: str, plain: str, places: dict[str, bool]) -> None:
    """Inside quotes a string is promised, outside anything; a block that makes structure takes the whole body."""
    rendering = render(text)
    assert rendering.text == plain
    assert {matcher.path: matcher.is_text for matcher in rendering.matchers} == places


def test_the_words_put_in_are_in_no_text() -> None:
    """A body that holds our own stand-in is not taken for templated."""
    text = json.dumps({"a": "template0q", "b": "{{x}}"})
    assert {matcher.path for matcher in render(text).matchers} == {"/b"}


def test_braces_of_json_are_no_template() -> None:
    """Closing braces in a row are JSON."""
    assert not has_template('{"a":{"b":{}}}')


@pytest.mark.parametrize(
    ("text", "plain", "places"),
    [
        ('{"a": "<%x%>", "b": <%y%>}', '{"a": "dynamic", "b": null}', {"/a": True, "/b": False}),
        ('["{{x}}", "<%x%>"]', '["{{x}}", "dynamic"]', {"/*": True}),
        ('{"a": "<% q["k"] %>"}', '{"a": "dynamic"}', {"/a": True}),
        ("Hi <%x%>", "Hi dynamic", {"": False}),
        ('{"a": "<%"}', '{"a": "<%"}', {}),
    ],
)  # fmt: skip
def test_expressions_of_another_spelling_are_found(text: str, plain: str, places: dict[str, bool]) -> None:
    """Only what the mark finds is dynamic; quotes inside it do not count, and braces are text."""
    rendering = render_marks(text, r"<%(?:(?!%>).){1,50}%>")
    assert rendering.text == plain
    assert {matcher.path: matcher.is_text for matcher in rendering.matchers} == places
