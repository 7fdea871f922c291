"""Tokens in mountebank's answers: where they stand, in documents that have braces of their own."""

import pytest

from driftwatch.mocks.formats.mountebank.tokens import render_tokens


@pytest.mark.parametrize(
    ("body", "paths", "plain"),
    [
        ('{"a": {"b": "${X}"}}', ["/a/b"], '{"a": {"b": "dynamic"}}'),
        ('{"a": {"b": ${X}}}', ["/a/b"], '{"a": {"b": null}}'),
        ('{"a": {"b": {"c": 1}}, "d": "{{kept}} ${X}[1]"}', ["/d"], '{"a": {"b": {"c": 1}}, "d": "{{kept}} dynamic"}'),
    ],
    ids=["in quotes", "bare", "beside braces that mean nothing"],
)
def test_a_token_in_a_nested_document_is_one_dynamic_place(body: str, paths: list[str], plain: str) -> None:
    """The closing braces of nested objects are no end of an expression."""
    rendering = render_tokens(body, ("${X}",))
    assert [matcher.path for matcher in rendering.matchers] == paths
    assert rendering.text == plain
