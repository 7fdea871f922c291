"""Maps and records, told apart from inferred shapes (drift semantics 1.7)."""

import pytest

from driftwatch.model.likeness import has_other_keys, is_map
from driftwatch.shapes.infer import infer

UUIDS = ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "7c9e6679-7425-40de-944b-e07fc1f90ae7"]


@pytest.mark.parametrize(
    ("mock", "answers", "expected"),
    [
        ({"101": 1}, [{"202": 2, "203": 3}], True),
        (dict.fromkeys(UUIDS, 1), [{UUIDS[0]: 2}], True),
        ({"2024-05-01": 1}, [{"2024-05-02": 2}], True),
        ({"0123456789abcdef": 1}, [{"fedcba9876543210": 1}], True),
        ({"a@example.org": 1}, [{"b@example.org": 2}], True),
        ({"usr_1": 1, "usr_2": 1}, [{"usr_8": 1, "usr_9": 1}], True),
        ({"usr_1": 1}, [{"usr_8": 1, "usr_9": 1}], False),
        ({"usr_a": 1, "usr_b": 1}, [{"usr_c": 1, "usr_d": 1}], False),
        ({"en": "a", "de": "b"}, [{"fr": "c", "pt-BR": "d"}], True),
        ({"en": "a", "id": "b"}, [{"fr": "c", "id": "d"}], False),
        ({"EUR": 1, "USD": 2, "GBP": 3}, [{"EUR": 1, "CHF": 2, "JPY": 3}], True),
        ({"EUR": 1, "USD": 2}, [{"CHF": 2, "JPY": 3}], False),
        ({"1": 1, "2": "x"}, [{"3": 1}], False),
        ({"1": 1}, [{"a": 1}], False),
        ({"red": 1, "blue": 2}, [{"green": 1}, {"pink": 2}, {"teal": 3, "red": 1}], True),
        ({"red": 1, "blue": 2}, [{"green": 1}, {"pink": 2}], False),
        ({"red": 1, "blue": 2}, [{"red": 1}, {"red": 2}, {"red": 3}], False),
        ({"red": 1, "blue": "x"}, [{"green": 1}, {"pink": "y"}, {"teal": 3}], False),
        ({"red": {}, "blue": {}}, [{"green": {}}, {"pink": {}}, {"teal": {}}], False),
        ({"a": 1, "b": 2, "c": 3}, [{"a": 1, "b": 1}, {"a": 1, "c": 1}, {"a": 1, "b": 1, "c": 1}], False),
        ({str(i): 1 for i in range(40)}, [{"x": 1}], True),
    ],
)
def test_maps_are_told_from_records(mock: object, answers: list[object], expected: bool) -> None:
    """Names of one class over values of one type, or names that keep changing, are data."""
    assert is_map(infer([mock], literal=True), infer(answers, literal=False)) is expected


@pytest.mark.parametrize(
    ("mock", "answer", "expected"),
    [
        ({"101": {"qty": 1}}, {UUIDS[0]: {"qty": 2}}, ("digits", "uuid")),
        ({"101": {"qty": 1}}, {UUIDS[0]: {"size": 2}}, None),
        ({"101": 1}, {"102": 1}, None),
        ({"101": 1}, {"name": 1}, None),
    ],
)
def test_maps_by_other_keys_are_seen(mock: object, answer: object, expected: tuple[str, str] | None) -> None:
    """Two classes of keys over similar values are one map with other keys."""
    assert has_other_keys(infer([mock], literal=True), infer([answer], literal=False)) == expected
