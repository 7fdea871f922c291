"""Mockoon's paths and rules against Mockoon's own code: whatever can be told here is told as there."""

import json
import random
import re
import subprocess
from pathlib import Path

import pytest

from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.asking.requests import encode_query, parse_query
from driftwatch.mocks.formats.mockoon.paths import parse_path
from driftwatch.mocks.formats.mockoon.rules import Seen, holds, read_rule
from tests.node import package_file

JUDGE = Path(__file__).parent / "mockoon_judge.cjs"
CASES = 3000
PIECES = (
    "a", "b", "users", ":id", ":name", "/", "/", "/", "*", "*rest", "{/:opt}", "{x}", "(cd)?", "(ef)", "?", "+", "-",
    ".", "\\(", "\\)", " ", "%20", "A", "1", ":p?", ":q*", ":r+", "{a", "[0-9]", "!",
)  # fmt: skip
SEGMENTS = ("a", "b", "users", "42", "x", "/", "/", "/", "-", ".", "(", ")", "%20", "A", "cd", "ef", "1", "aa", "")
TEXTS = ("a", "A", "1", "x1", "", "Foo", "foo", "true", "null", "10", "a b")
MODIFIERS = ("", "a", "a.b", "a.0", "b", "id", "$.a", "$.a.b", "sid", "Accept", "x-a", "c\\.d", "f.x.y")
OPERATORS = ("equals", "regex", "regex_i", "null", "empty_array", "array_includes")
TARGETS = ("body", "query", "header", "cookie", "params", "path", "method")


class Author:
    """Writes routes with paths that may match, and rules with requests that may satisfy them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def path(self) -> tuple[str, str, str]:
        """A prefix, an endpoint and a request's path."""
        endpoint = "".join(self._random.choices(PIECES, k=self._random.randint(1, 6)))
        prefix = self._random.choice(("", "api", "v1/"))
        asked = "".join(self._random.choices(SEGMENTS, k=self._random.randint(0, 6)))
        if self._random.random() < 0.5:
            likely = re.sub(r"[:*](\w+)[?*+]?", "v", endpoint)
            plain = re.sub(r"[{}()?\\]", "", likely).replace(" ", "%20").replace("*", "w")
            asked = f"{prefix}/{plain}"
        return prefix, endpoint, re.sub(r"/{2,}", "/", f"/{asked}")

    def rule(self) -> dict[str, object]:
        """A rule and a request."""
        rule = {
            "target": self._random.choice(TARGETS),
            "modifier": self._random.choice(MODIFIERS),
            "value": self._random.choice((*TEXTS, "get", "^1", "\\d", "a|b", "/p")),
            "operator": self._random.choice(OPERATORS),
            "invert": self._random.random() < 0.2,
        }
        return {"rule": rule, "request": self._request()}

    def _request(self) -> dict[str, object]:
        names = self._random.choices(("a", "b", "a[b]", "a[]", "c", "f[x][y]"), k=self._random.randint(0, 3))
        body, media_type = self._body()
        cookie = self._random.choice(("", "", "1", "x"))
        headers = [("Content-Type", media_type)] if media_type else []
        headers += [("Cookie", f"sid={cookie}")] if cookie else []
        return {
            "method": self._random.choice(("GET", "POST")),
            "path": "/p/1",
            "query": encode_query([(name, self._random.choice(TEXTS)) for name in names]),
            "headers": [*headers, (self._random.choice(("Accept", "X-A")), self._random.choice(TEXTS))],
            "cookies": {"sid": cookie} if cookie else {},
            "params": {"id": self._random.choice(("a", "10", "x1"))},
            "body": body,
        }

    def _body(self) -> tuple[str, str]:
        turn = self._random.random()
        if turn < 0.5:
            return json.dumps(self._document(0)), "application/json"
        if turn < 0.7:
            pairs = [(name, self._random.choice(TEXTS)) for name in ("a", "b")]
            return encode_query(pairs), "application/x-www-form-urlencoded"
        return self._random.choice(TEXTS), ""

    def _document(self, depth: int) -> object:
        turn = self._random.random()
        if depth > 2 or turn < 0.4:
            return self._random.choice((*TEXTS, 1, 0, 2.5, True, False, None))
        if turn < 0.75:
            names = self._random.sample(("a", "b", "c.d", "id"), self._random.randint(0, 3))
            return {name: self._document(depth + 1) for name in names}
        return [self._document(depth + 1) for _ in range(self._random.randint(0, 3))]


def _judged(paths: list[tuple[str, str, str]], rules: list[dict[str, object]]) -> dict[str, list[object]]:
    modules = package_file("@mockoon/cli", "9.9.0", "package.json").parents[2]
    judge = subprocess.run(
        ["node", str(JUDGE), str(modules)],
        input=json.dumps({"paths": paths, "rules": rules}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    verdicts: dict[str, list[object]] = json.loads(judge.stdout)
    return verdicts


@pytest.mark.mockoon
def test_paths_match_where_mockoon_says_so() -> None:
    """Of thousands of routes that Mockoon takes each matches the same paths, with the same parameters."""
    author = Author(seed=7)
    paths = [author.path() for _ in range(2 * CASES)]
    matches = 0
    for case, verdict in zip(paths, _judged(paths, [])["paths"], strict=True):
        if verdict == "error":
            continue
        path = parse_path(case[0], case[1])
        assert not path.is_old, case
        assert path.match(case[2]) == verdict, case
        matches += verdict is not None
    assert matches > CASES / 5


@pytest.mark.mockoon
def test_rules_hold_where_mockoon_says_so() -> None:
    """Of thousands of rules none is judged otherwise, and few are left open."""
    author = Author(seed=7)
    rules = [author.rule() for _ in range(CASES)]
    told = 0
    for case, verdict in zip(rules, _judged([], rules)["rules"], strict=True):
        ours = holds(read_rule(_object(case["rule"])), _seen(_object(case["request"])))
        assert ours in (verdict, None), json.dumps(case)
        told += ours is not None
    assert told > 0.95 * CASES


def _object(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def _seen(request: dict[str, object]) -> Seen:
    query, headers = str(request["query"]), request["headers"]
    assert isinstance(headers, list)
    pairs = tuple((str(name), str(value)) for name, value in headers)
    asked = Asked(str(request["method"]), str(request["path"]), parse_query(query), pairs, str(request["body"]) or None)
    return Seen(asked, _object(request["params"]))
