"""Bad configs, each named by its mistake, with the whole complaint beside it."""

import re
from pathlib import Path

import pytest

from tests.settings.gold import BAD, ENVIRONMENT, FOLDER, complaint

SECRETS = (
    "hunter2", "1234567",  # literals where a credential goes
    "env-token-value", "env-line", "file-token-value", "file-line", "caf",  # what references lead to
)  # fmt: skip


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_complaint_stands_beside_the_file(path: Path) -> None:
    """What a person is told of a mistake is what was read in review."""
    assert complaint(path) == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_complaint_tells_no_secret(path: Path) -> None:
    """Neither a literal in a secret's place nor what a reference leads to is repeated."""
    message = complaint(path)
    assert [secret for secret in SECRETS if secret in message] == []


def test_secrets_do_stand_in_the_files() -> None:
    """Every secret that is looked for above could have been told."""
    folders = (FOLDER / "bad", FOLDER / "secrets")
    texts = [path.read_text(encoding="latin-1") for folder in folders for path in folder.iterdir()]
    texts += ENVIRONMENT.values()
    assert [secret for secret in SECRETS if not any(secret in text for text in texts)] == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_complaint_names_file_and_line(path: Path) -> None:
    """Every mistake begins with a place that an editor can open."""
    mistakes = complaint(path).split("\n\n")[0].splitlines()
    files = rf"(?:{re.escape(path.name)}|\.\./(?:suppressions|journeys)/[a-z-]+\.yaml)"
    assert all(re.match(rf"{files}:[1-9][0-9]*[: ]", mistake) for mistake in mistakes)


def test_every_complaint_belongs_to_a_file() -> None:
    """No message is left behind by a file that was renamed."""
    messages = {path.stem for path in (FOLDER / "bad").glob("*.txt")}
    assert messages == {path.stem for path in BAD}


def test_lines_are_in_order() -> None:
    """Mistakes are told from the top of the file to its end, all at once."""
    message = complaint(FOLDER / "bad" / "many-mistakes-at-once.yaml")
    lines = [int(line.split(":")[1].split()[0]) for line in message.splitlines()]
    assert len(lines) == 11
    assert lines == sorted(lines)
