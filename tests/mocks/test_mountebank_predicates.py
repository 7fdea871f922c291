"""Mountebank's predicates against mountebank's own code: whatever can be told here is told as there."""

import json
import random
import subprocess
from pathlib import Path

import pytest

from driftwatch.mocks.formats.mountebank.judgement import holds
from driftwatch.mocks.formats.mountebank.predicate import parse
from tests.mountebank import package

JUDGE = Path(__file__).parent / "mountebank_judge.cjs"
CASES = 3000
TEXTS = ("a", "A", "b", "Foo", "foo", "1", "x1", "", "BAR", "0", "null", "true", "/a/B", "/users/12")
SCALARS = (*TEXTS, 1, 0, 2.5, True, False, None)
NAMES = ("a", "A", "b", "Title", "title")
SELECTORS = ("$.a", "$..Title", "$.A", "$.a.b", "$..a", "$[0]", "$.a[*]")
FIELDWISE = ("equals", "deepEquals", "contains", "startsWith", "endsWith", "matches", "exists")


class Author:
    """Writes requests, and predicates about them that are often nearly right."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def case(self) -> dict[str, object]:
        """A request and a predicate."""
        request = self._request()
        return {"request": request, "predicate": self._predicate(request, 0)}

    def _one(self, choices: tuple[object, ...]) -> object:
        return self._random.choice(choices)

    def _some(self, names: tuple[str, ...], most: int) -> list[str]:
        return self._random.sample(names, self._random.randint(0, most))

    def _document(self, depth: int = 0) -> object:
        turn = self._random.random()
        if depth > 2 or turn < 0.5:
            return self._one(SCALARS)
        if turn < 0.75:
            return {name: self._document(depth + 1) for name in self._some(NAMES, 3)}
        return [self._document(depth + 1) for _ in range(self._random.randint(0, 3))]

    def _request(self) -> dict[str, object]:
        several = [self._one(TEXTS), self._one(TEXTS)]
        request: dict[str, object] = {
            "method": self._one(("GET", "POST")),
            "path": self._one(("/a", "/A", "/users/12", "/")),
            "query": {name: self._one((self._one(TEXTS), several)) for name in self._some(NAMES, 3)},
            "headers": {name: self._one(TEXTS) for name in self._some(("Accept", "X-A", "x-b"), 2)},
            "body": json.dumps(self._document()) if self._random.random() < 0.6 else self._one(TEXTS),
        }
        if self._random.random() < 0.2:
            request["form"] = {"a": self._one(TEXTS), "B": self._one(TEXTS)}
        return request

    def _predicate(self, request: dict[str, object], depth: int) -> dict[str, object]:
        operator = str(self._one(FIELDWISE if depth > 1 else (*FIELDWISE, "not", "and", "or")))
        if operator == "not":
            return {"not": self._predicate(request, depth + 1)}
        if operator in ("and", "or"):
            return {operator: [self._predicate(request, depth + 1) for _ in range(self._random.randint(0, 3))]}
        names = self._random.sample(("method", "path", "query", "headers", "body", "form"), self._random.randint(1, 2))
        predicate: dict[str, object] = {operator: {name: self._operand(operator, name, request) for name in names}}
        for parameter in ("caseSensitive", "keyCaseSensitive"):
            if self._random.random() < 0.2:
                predicate[parameter] = self._one((True, False))
        if self._random.random() < 0.15:
            predicate["except"] = self._one(("^/", r"\d", "a", "[A-Z]"))
        if self._random.random() < 0.2:
            predicate["jsonpath"] = {"selector": self._one(SELECTORS)}
            predicate[operator] = {"body": self._document()}
        return predicate

    def _operand(self, operator: str, name: str, request: dict[str, object]) -> object:
        if operator == "exists":
            wanted = self._one((True, False))
            return wanted if name in ("method", "path", "body") else {str(self._one((*NAMES, "accept"))): wanted}
        shown = request.get(name, "")
        if isinstance(shown, dict):
            return {key: self._one((value, self._one(SCALARS), [self._one(TEXTS)])) for key, value in shown.items()}
        text = str(shown)
        if name != "body":
            return self._one((text, text.lower(), text[:2], "/us", "^/", r"\d+", "G.T"))
        return self._one((text, self._decoded(text), self._document(), text.upper()[:3].replace("[", "")))

    @staticmethod
    def _decoded(text: str) -> object:
        try:
            return json.loads(text)
        except ValueError:
            return text


@pytest.mark.mountebank
def test_predicates_hold_where_mountebank_says_so() -> None:
    """Of thousands of predicates none is judged otherwise, and few are left open."""
    author = Author(seed=7)
    cases = [author.case() for _ in range(CASES)]
    judge = subprocess.run(
        ["node", str(JUDGE), str(package("src/models/predicates.js"))],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told = 0
    for case, verdict in zip(cases, json.loads(judge.stdout), strict=True):
        request = case["request"]
        assert isinstance(request, dict)
        ours = holds(parse(case["predicate"]), request)
        if verdict is not None and ours is not None:
            assert ours == verdict, json.dumps(case)
            told += 1
    assert told > 0.95 * CASES
