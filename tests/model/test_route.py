"""Which segments of a path are identifiers."""

import pytest

from driftwatch.model.route import has_parameter, path_template


@pytest.mark.parametrize(("path", "template"), [
    ("/users/42", "/users/{id}"),
    ("/users/42/orders/7", "/users/{id}/orders/{id}"),
    ("/users/3f2504e0-4f89-41d3-9a0c-0305e82c3301", "/users/{id}"),
    ("/users/3F2504E0-4F89-41D3-9A0C-0305E82C3301", "/users/{id}"),
    ("/commits/9fceb02d0ae598e95dc970b74767f19372d61af8", "/commits/{id}"),
    ("/events/01HV7R2KQ8ZXW3Y4T5V6N7M8P9", "/events/{id}"),
    ("/users/usr_12", "/users/{id}"),
    ("/orders/ord-77f", "/orders/{id}"),
    ("/rates/2024-05-01", "/rates/{id}"),
    ("/users/ann@example.org/mail", "/users/{id}/mail"),
    ("/42/", "/{id}/"),
    ("/v1/users", "/v1/users"),
    ("/users/me", "/users/me"),
    ("/users/ann", "/users/ann"),
    ("/user-groups", "/user-groups"),
    ("/deadbeef", "/deadbeef"),
    ("/api/2fa", "/api/2fa"),
    ("/", "/"),
    ("", ""),
])  # fmt: skip
def test_identifiers_are_named(path: str, template: str) -> None:
    """Numbers, uuids, hashes, prefixed ids, days and addresses are identifiers; words and versions are not."""
    assert path_template(path) == template
    assert path_template(template) == template


@pytest.mark.parametrize(("template", "expected"), [("/users/{id}", True), ("/users", False), ("", False)])
def test_a_parameter_stands_in_braces(template: str, expected: bool) -> None:
    """A template without braces names no record."""
    assert has_parameter(template) is expected
