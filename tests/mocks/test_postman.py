"""Postman's collections beyond the cases: Postman's own URLs, what the config fills in, and what is never shown."""

import json
import random
import subprocess
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest

from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Grade, Interaction, Reading, Request
from tests.node import package_file

JUDGE = Path(__file__).parent / "postman_judge.cjs"
CASES = Path(__file__).parent / "formats" / "postman"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
SEGMENTS = (
    "users", "v1", ":id", ":id.json", "{{name}}", "a b", "x%20y", "é", "{{nested}}", "12:30", "a+b", "", "o'k",
    "a{{name}}b", "{{nobody}}",
)  # fmt: skip
HOSTS = ("{{base}}", "api.example.com", "{{host}}", "localhost")
NAMES = ("a", "b", "f[x]", "q r", "a=b", "{{name}}")
VALUES = ("1", "{{name}}", "x&y", "a b", "", None, "é", "a+b", "a%20b", "{{nested}}", "c#d")
BASES = ("https://b.example/v2", "http://b.example", "b.example:8080", "https://b.example/v2/")


class Author:
    """Writes URLs as strings and in parts, with variables everywhere."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def case(self) -> dict[str, object]:
        """An URL and the variables of its collection."""
        variables = {"base": self._random.choice(BASES), "name": "n1", "nested": "{{name}}-z", "host": "h.example"}
        return {"url": self._text() if self._random.random() < 0.4 else self._parts(), "variables": variables}

    def _path(self) -> list[str]:
        return self._random.choices(SEGMENTS, k=self._random.randint(1, 3))

    def _text(self) -> str:
        host = self._random.choice(HOSTS)
        scheme = "" if host == "{{base}}" else self._random.choice(("http://", "https://", ""))
        pairs = [name if value is None else f"{name}={value.replace('#', '')}" for name, value in self._pairs()]
        return f"{scheme}{host}/{'/'.join(self._path())}" + ("?" + "&".join(pairs) if pairs else "")

    def _parts(self) -> dict[str, object]:
        host = self._random.choice(HOSTS)
        query = [
            {"key": name, "value": value, "disabled": self._random.random() < 0.2} for name, value in self._pairs()
        ]
        identifier = self._random.choice(("7", "{{name}}", "a/b", "x y"))
        url: dict[str, object] = {
            "raw": "not what counts",
            "host": [host] if "{" in host else host.split("."),
            "path": self._path(),
            "query": query,
            "variable": [{"key": "id", "value": identifier}],
        }
        if host != "{{base}}":
            url |= {"protocol": "https", "port": self._random.choice(("8080", "443"))}
        return url

    def _pairs(self) -> list[tuple[str, str | None]]:
        return [(self._random.choice(NAMES), self._random.choice(VALUES)) for _ in range(self._random.randint(0, 3))]


def collection(*cases: dict[str, object]) -> str:
    """A collection with one example for each case, which sees the case's variables."""
    items = []
    for case in cases:
        variables = case.get("variables")
        entries = [
            {"key": key, "value": value} for key, value in (variables if isinstance(variables, dict) else {}).items()
        ]
        example = {"name": "ok", "code": 200, "originalRequest": {"method": "POST", "url": case["url"]}}
        items.append({"name": "one", "variable": entries, "response": [example]})
    return json.dumps({"info": {"schema": SCHEMA}, "item": items})


def request_of(folder: Path, **options: object) -> Request:
    """The one request of a folder."""
    (found,) = (one for one in FolderSource(folder, **options).read() if isinstance(one, Interaction))  # type: ignore[arg-type]
    return found.request


@pytest.mark.postman
def test_urls_lead_where_postman_says_so(tmp_path: Path) -> None:
    """Of thousands of URLs each that can be sent asks for the path and the query that Postman's own code asks for."""
    modules = package_file("postman-collection", "5.3.1", "package.json").parents[1]
    author = Author(seed=7)
    cases = [author.case() for _ in range(2000)]
    judged = subprocess.run(
        ["node", str(JUDGE), str(modules)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    compared = 0
    (tmp_path / "all.json").write_text(collection(*cases))
    ours = [one.request for one in FolderSource(tmp_path).read() if isinstance(one, Interaction)]
    for case, request, theirs in zip(cases, ours, json.loads(judged.stdout), strict=True):
        if request.grade.is_sendable:
            compared += 1
            pairs = sorted(parse_qsl(theirs["query"] or "", keep_blank_values=True))
            assert unquote(request.path).lstrip("/") == unquote(theirs["path"] or "").lstrip("/"), case
            assert sorted(request.query) == pairs, case
    assert compared > len(cases) / 2


def test_the_config_comes_first(tmp_path: Path) -> None:
    """A variable of the config wins over the collection's and fills what an example leaves open."""
    url = {
        "host": ["{{base}}"],
        "path": ["{{name}}", ":id", ":own"],
        "query": [{"key": "page", "value": "<integer>"}],
        "variable": [{"key": "own", "value": "1"}],
    }
    case: dict[str, object] = {"url": url, "variables": {"name": "theirs", "base": "https://x/v1"}}
    (tmp_path / "a.json").write_text(collection(case))
    request = request_of(tmp_path, variables={"name": "ours", "id": "7", "own": "2", "page": "3", "base": "https://y"})
    assert (request.target, request.grade) == ("/ours/7/1?page=3", Grade.CHOSEN)
    assert request.reason == "values were filled in from the config"


def test_an_environment_beside_a_single_file_is_used(tmp_path: Path) -> None:
    """Where only the collection is asked for, environments beside it still fill its variables, none from outside."""
    mocks = tmp_path / "mocks"
    (mocks / "environments").mkdir(parents=True)
    values = [{"key": "name", "value": "found", "enabled": True}]
    environment = json.dumps({"name": "qa", "values": values, "_postman_variable_scope": "environment"})
    (tmp_path / "outside.postman_environment.json").write_text(environment)
    (mocks / "a.json").write_text(collection({"url": "https://x/{{name}}"}))
    (mocks / "link.postman_environment.json").symlink_to(tmp_path / "outside.postman_environment.json")
    assert request_of(mocks / "a.json").grade is Grade.NEEDS_INPUT
    (mocks / "environments" / "qa.postman_environment.json").write_text(environment)
    assert request_of(mocks / "a.json").target == "/found"


def readings() -> list[Reading]:
    """Everything the cases hold."""
    return [reading for case in sorted(CASES.iterdir()) for reading in FolderSource(case).read()]


def test_no_secret_of_a_file_is_shown_or_sent() -> None:
    """Neither credentials of ``auth`` nor values that are secret, by their mark or by their name, leave the reader."""
    assert "never-" in "".join(path.read_text(errors="replace") for path in CASES.rglob("*.json"))
    assert not any("never-" in repr(reading) for reading in readings())


def test_collections_of_another_encoding_are_read_to_the_character() -> None:
    """A byte order mark and Windows line ends move no place."""
    first = next(one for one in FolderSource(CASES / "wrapped-and-encoded").read() if isinstance(one, Interaction))
    text = (CASES / "wrapped-and-encoded" / "bom.json").read_bytes().decode("utf-8-sig")
    assert text.split("\n")[first.origin.line - 1][first.origin.column - 1 :].startswith("{")
