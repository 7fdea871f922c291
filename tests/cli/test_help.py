"""Help, version and misspelt words: what a person meets first."""

from typing import Final

import pytest

from driftwatch import __version__
from driftwatch.cli.main import COMMANDS
from tests.cli.calling import call, spawn

CALLS: Final = ((), *((name,) for name in COMMANDS),
                *(("config", name) for name in ("check", "hash-password", "schema", "show")),
                *(("findings", name) for name in ("ack", "history", "list", "reopen", "show", "suppress")),
                *(("incident", name) for name in ("add", "import", "list", "report", "schema", "show")),
                ("tests", "blind"))  # fmt: skip


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_help_shows_an_example(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Each command's help holds a line that calls it, and fits into 100 columns."""
    ran = call(capsys, *words, "--help")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert any(" ".join(["driftwatch", *words]) in line for line in lines if not line.startswith("Usage"))
    assert max(map(len, lines)) <= 100


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The list of commands is the list that can be called, each with its sentence."""
    told = " ".join(call(capsys, "--help").out.split())
    assert [sentence for sentence in COMMANDS.values() if sentence not in told] == []


def test_version() -> None:
    """The version is told in one line, also where other arguments stand beside it."""
    assert [spawn("--version").out, spawn("--version", "audit").out] == [f"driftwatch {__version__}\n"] * 2


MISSPELT: Final = [
    (("adit",), "'audit'"),
    (("config", "chek"), "'check'"),
    (("audit", "--mokcs", "x"), "--mocks"),
    (("compare", "--case", "x"), "--cases"),
    (("mocks", "--fromat", "json"), "--format"),
    (("audit", "--format", "jsn"), "'json'"),
    (("audit", "--fail-on", "warn"), "'warning'"),
    (("explain", "field-mising"), "'field-missing'"),
    (("explain", "Field-Missing"), "'field-missing'"),
]


@pytest.mark.parametrize(("words", "guess"), MISSPELT, ids=[" ".join(words) for words, _ in MISSPELT])
def test_a_misspelt_word(words: tuple[str, ...], guess: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be meant ends with 2, and the nearest word is named."""
    ran = call(capsys, *words)
    assert (ran.code, ran.out) == (2, "")
    assert guess in ran.err


UNUSABLE: Final = [
    (("compare",), "--cases FILE, or --mock FILE and --real FILE"),
    (("compare", "--cases", "absent.jsonl"), "absent.jsonl"),
    (("audit", "--mocks", "."), "--target URL"),
    (("audit", "--target", "http://127.0.0.1"), "--mocks DIR"),
    (("audit", "--mocks", "absent", "--target", "ftp://x"), "--target"),
    (("audit", "--mocks", "absent", "--target", "http://127.0.0.1"), "absent"),
    (("audit", "--config", "absent.yaml"), "absent.yaml"),
    (("audit", "--config", "a.yaml", "--mocks", ".", "--target", "http://127.0.0.1"), "leave one out"),
    (("audit",), "there is no config"),
    (("mocks", "absent"), "absent"),
    (("mocks", ".", "--config", "a.yaml"), "either paths or --config"),
    (("zzz",), "audit, compare, config"),
]


@pytest.mark.parametrize(("words", "told"), UNUSABLE, ids=[" ".join(words) for words, _ in UNUSABLE])
def test_unusable_arguments(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Usage that cannot work ends with 2 before anything is done, and says what would."""
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    ran = call(capsys, *words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_a_wrong_log_level_is_told_with_what_would_be_right(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment variable that cannot be meant is a mistake like any other."""
    monkeypatch.setenv("DRIFTWATCH_LOG_LEVEL", "infos")
    ran = call(capsys, "audit", "--mocks", ".", "--target", "http://127.0.0.1")
    assert ran.code == 2
    assert all(word in ran.err for word in ("DRIFTWATCH_LOG_LEVEL", "`info`"))
