"""What mocks alone leave out of an endpoint: a table of bodies, statuses and what is missing."""

import json
from typing import Any

import pytest

from driftwatch.heal.gaps.alone import lacking
from driftwatch.model.interaction import Expectation, Header, Interaction, Matcher, MatcherKind, Origin, Request
from driftwatch.usecases.gaps import mocked_side

ROW = {"id": 1}
LINK: tuple[Header, ...] = (("Link", '</x?page=2>; rel="next"'),)


def mock(
    template: str, *answers: tuple[int, Any], headers: tuple[Header, ...] = (), matchers: tuple[Matcher, ...] = ()
) -> Interaction:  # fmt: skip
    """A mock with these statuses and bodies."""
    variants = tuple(
        Expectation(status, headers, None if body is None else json.dumps(body).encode(), matchers)
        for status, body in answers
    )
    return Interaction("m", "wiremock", Origin("m.json"), Request("GET", template, template), variants, "m")


NULLABLE = (Matcher("/id", MatcherKind.NULLABLE),)


@pytest.mark.parametrize(("mocks", "missing"), [
    ([mock("/a", (200, ROW))], "null status"),
    ([mock("/a", (200, ROW), (404, {"error": "x"}))], "null"),
    ([mock("/a", (200, ROW)), mock("/a", (503, None))], "null"),
    ([mock("/a", (200, {"id": None}), (500, None))], ""),
    ([mock("/a", (200, ROW), (500, None), matchers=NULLABLE)], ""),
    ([mock("/a", (200, [ROW]), (500, None))], "empty-list further-page null"),
    ([mock("/a", (200, [ROW]), (200, []), (500, None))], "further-page null"),
    ([mock("/a", (200, {"rows": [ROW]}), (500, None))], "empty-list further-page null"),
    ([mock("/a", (200, {"rows": [ROW], "next": "/x?page=2"}), (500, None))], "empty-list null"),
    ([mock("/a", (200, [ROW]), (500, None), headers=LINK)], "empty-list null"),
    ([mock("/a/{id}", (200, {"rows": [ROW]}), (500, None))], "empty-list null"),
    ([mock("/a/{id}", (200, {"tags": ["x"]}), (500, None))], "empty-list null"),
    ([mock("/a", (200, {"tags": ["x"]}), (500, None))], "empty-list null"),
    ([mock("/a", (204, None))], "status"),
    ([mock("/a", (404, {"error": None}))], ""),
    ([], ""),
])  # fmt: skip
def test_what_is_missing(mocks: list[Interaction], missing: str) -> None:
    """No error, no null, no empty list, one page; what any mock of the endpoint shows, or leaves open, is there."""
    assert " ".join(lacking(mocks, mocked_side(mocks))) == missing
