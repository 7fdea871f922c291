"""Paths with named parameters."""

import pytest

from driftwatch.mocks.asking.named_paths import Known, NamedPath, Parameter, scalars
from driftwatch.model.interaction import Grade

PATH = NamedPath(("/users/", Parameter("user_id"), "/orders/", Parameter("order", "[0-9]+")))


@pytest.mark.parametrize(
    ("known", "path", "grade"),
    [
        (Known({"user_id": "a b", "order": "7"}), "/users/a%20b/orders/7", Grade.CHOSEN),
        (Known({}, {"userid": "9", "id": "8"}), "/users/9/orders/8", Grade.CHOSEN),
        (Known({"user_id": "9"}, {"id": "x8"}), "/users/9/orders/1", Grade.CHOSEN),
        (Known(), "/users/{user_id}/orders/1", Grade.NEEDS_INPUT),
    ],
)
def test_parameters_are_filled_from_what_is_known(known: Known, path: str, grade: Grade) -> None:
    """The config comes first, then the stub's own answer, then a pattern; an identifier is not made up."""
    filled = PATH.filled(known)
    assert (filled.path, filled.grade) == (path, grade)
    assert filled.grade is Grade.NEEDS_INPUT or PATH.holds(filled.path)


def test_a_path_without_parameters_is_exact() -> None:
    """Nothing had to be chosen."""
    assert NamedPath(("/a b",)).filled(Known()).grade is Grade.EXACT


def test_what_a_template_writes_is_no_identifier() -> None:
    """Scalars are known by their plain names, but for those that say nothing."""
    body = b'{"user_id": 7, "id": "dynamic", "name": "Ada", "on": true, "list": [1]}'
    assert scalars(body, without={"/id"}) == {"userid": "7", "name": "Ada"}
    assert scalars(b"[1]") == scalars(b"{no JSON") == scalars(None) == {}
