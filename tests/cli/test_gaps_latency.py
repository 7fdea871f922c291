"""``driftwatch gaps`` and slow answers: a variant that is held back, in every format that has a place for a delay."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.spelling.catalog import DELAYING, SPELLINGS, spelling
from driftwatch.model.interaction import Interaction
from driftwatch.model.tape import Tape
from tests.cli.calling import call, write_config
from tests.mocks.spelling.making import NOW, get, reply, written
from tests.servers import Answer, json_answer, serve

USER = {"id": 42, "name": "Ada"}
IMPATIENT = {"timeout_ms": 0.001}
"""Nobody answers that fast, so that no test has to wait."""


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A service that answers as mocked, only later; a store beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRIFTWATCH_STORE", str(tmp_path / "store.db"))
    with serve({"/users/42": json_answer(json.dumps(USER))}) as running:
        yield running.url


def spelled(name: str, url: str, folder: Path) -> None:
    """A mock of it, in a format, and a config that knows how long the consumer waits."""
    made = spelling(name).spell(Tape("people", url, (get("/users/42", reply(USER)),)))
    written(made, folder / "mocks")
    provider = {"mocks": "mocks", "target": url, "consumer": IMPATIENT}
    write_config(folder, {"people": provider}, latency_samples=5)


def behaviours(capsys: pytest.CaptureFixture[str], *options: object) -> list[dict[str, Any]]:
    """What is missing."""
    ran = call(capsys, "gaps", "--format", "json", *options)
    assert ran.code in (0, 3), ran.err
    (provider,) = json.loads(ran.out)["providers"]
    return [one for endpoint in provider["endpoints"] for one in endpoint["behaviours"]]


@pytest.mark.parametrize("name", DELAYING)
def test_the_variant_is_late_and_closes_the_gap(
    name: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Put beside its mock it shows the tail that was measured, so that nothing is missing any more."""
    spelled(name, url, tmp_path)
    call(capsys, "audit")
    (one,) = behaviours(capsys, "--offline", "--output", "mocks/variants")
    assert (one["sort"], one["variant"]["format"], one["why_no_variant"]) == ("latency-tail", name, None)
    found = list(FolderSource(tmp_path / "mocks" / "variants", now=NOW).read())
    (variant,) = [variant for one in found if isinstance(one, Interaction) for variant in one.variants]
    assert variant.delay_ms is not None
    assert variant.delay_ms >= 1
    assert json.loads(variant.body or b"")["name"] == "Ada"
    assert behaviours(capsys, "--offline") == []


@pytest.mark.parametrize("name", DELAYING)
def test_whoever_is_asked_is_timed_now(
    name: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without any memory the answers of this run are enough."""
    monkeypatch.delenv("DRIFTWATCH_STORE")
    spelled(name, url, tmp_path)
    (one,) = behaviours(capsys)
    assert one["sort"] == "latency-tail"
    assert len(one["variant"]["files"]) == 1


@pytest.mark.parametrize("name", sorted({*SPELLINGS} - {*DELAYING}))
def test_a_format_without_delays_says_so(
    name: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No file pretends to be slow; the advice stays, with the reason."""
    spelled(name, url, tmp_path)
    (one,) = behaviours(capsys, "--output", "new")
    assert one["sort"] == "latency-tail"
    assert (one["variant"], one["why_no_variant"]) == (None, f"a new mock in {name} cannot express a delay")
    assert one["advice"].startswith("Give the mock a delay")
    assert [*(tmp_path / "new").rglob("*")] == []


def test_an_answer_that_cannot_be_copied_is_not_told_in_plain_http(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bytes are no text for a new response of Mockoon, and plain HTTP would not wait."""
    monkeypatch.chdir(tmp_path)
    picture = b"\x89PNG\r\n\x1a\n\xff\xfe"
    with serve(Answer(200, (("Content-Type", "image/png"),), picture)) as running:
        spelled("mockoon", running.url, tmp_path)
        (file,) = (tmp_path / "mocks").glob("*.json")
        environment = json.loads(file.read_text(encoding="utf-8"))
        environment["routes"][0]["responses"][0] |= {
            "bodyType": "FILE", "filePath": "picture.png", "headers": [{"key": "Content-Type", "value": "image/png"}],
        }  # fmt: skip
        file.write_text(json.dumps(environment), encoding="utf-8")
        (tmp_path / "mocks" / "picture.png").write_bytes(picture)
        (one,) = behaviours(capsys)
    assert (one["sort"], one["variant"]) == ("latency-tail", None)
    assert one["why_no_variant"] == "a response of Mockoon is text, and this one is none"
