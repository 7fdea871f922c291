"""Incidents as people write them: read strictly, refused kindly, written so that they read again.

``python -m tests.settings.test_incidents`` writes the complaints beside the bad ones anew.
"""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.model.errors import SettingsError, UsageError
from driftwatch.model.incident import Cause, Incident, Kept, Unseen
from driftwatch.settings.fitting import fits
from driftwatch.settings.incident_entry import keep, name_of, template, with_kept, write_new
from driftwatch.settings.incident_file import SIZE_LIMIT, Rules, incident_schema, parse_incident, schema_text
from driftwatch.settings.incidents import read_incidents
from tests.conftest import ROOT

FOLDER: Final = Path(__file__).parent / "incidents"
BAD: Final = tuple(sorted((FOLDER / "bad").glob("*.yaml")))
RULES: Final = Rules(("shop", "stock"), KINDS, date(2026, 5, 1))
WHOLE: Final = Incident(
    "whole", "whole.yaml", "Refunds: none without a reason", datetime(2026, 4, 4, 9, 12, tzinfo=UTC), "shop",
    datetime(2026, 4, 4, 10, tzinfo=UTC), "POST", "/api/refunds/{id}", 500, "/items/*/reason", "field-missing",
    Cause.STALE_MOCK, "Every refund has a reason,\nsince the form asks for one.",
    "A refund may come without a reason.", "", ("https://wiki.example.com/incidents/7?tab=timeline",),
    "refund-without-reason",
    Kept(datetime(2026, 3, 30, 6, tzinfo=UTC), "field-missing", "1234567890123456"),
)  # fmt: skip


def read(path: Path) -> Incident:
    """An incident of the folder."""
    return parse_incident(path.read_bytes(), path.stem, path.name, RULES)


def complaint(path: Path) -> str:
    """What is said of a bad one, a mistake a line."""
    with pytest.raises(SettingsError) as refused:
        read(path)
    return f"{refused.value}\n"


def test_the_smallest_one_is_read() -> None:
    """A title, a day, a provider; a day begins at midnight in UTC."""
    one = read(FOLDER / "good" / "smallest.yaml")
    assert one == Incident("smallest", "smallest.yaml", "Refunds fail", datetime(2026, 4, 4, tzinfo=UTC), "shop")
    assert one.unfilled == ("path", "assumption", "invariant", "missing_condition")


def test_all_that_can_be_written_is_read() -> None:
    """Moments in any zone, a URL for a path, text on several lines, digits for a fingerprint."""
    assert read(FOLDER / "good" / "whole.yaml") == WHOLE


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_one_is_refused_with_all_its_mistakes(path: Path) -> None:
    """Each with its line, the nearest guess and the remedy; nothing of a credential is told."""
    told = complaint(path)
    assert told == path.with_suffix(".txt").read_text(encoding="utf-8")
    assert "hunter2" not in told


def test_all_files_are_complained_of_at_once(tmp_path: Path) -> None:
    """Two bad ones and a good one; hidden files and other endings are none of ours."""
    for name in ("a.yaml", "b.yml"):
        (tmp_path / name).write_text("title: x\n")
    (tmp_path / "c.yaml").write_bytes((FOLDER / "good" / "smallest.yaml").read_bytes())
    for name in (".hidden.yaml", "notes.md"):
        (tmp_path / name).write_text("{")
    with pytest.raises(SettingsError) as refused:
        read_incidents(tmp_path, RULES)
    wheres = {mistake.where.partition(":")[0] for mistake in refused.value.mistakes}
    assert wheres == {str(tmp_path / "a.yaml"), str(tmp_path / "b.yml")}


def test_two_files_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    """An incident goes by the name of its file."""
    for name in ("a.yaml", "a.yml"):
        (tmp_path / name).write_bytes((FOLDER / "good" / "smallest.yaml").read_bytes())
    with pytest.raises(SettingsError, match="has the same name"):
        read_incidents(tmp_path, RULES)


def test_no_folder_is_no_incident(tmp_path: Path) -> None:
    """Before the first one there is nothing, and that is no mistake."""
    assert read_incidents(tmp_path / "none", RULES) == ()


HOSTILE: Final = {
    "too long": b"title: " + b"x" * SIZE_LIMIT,
    "brackets": b"[" * 20_000,
    "aliases": b"a: &a [x, x]\n"
    + b"".join(b"%c: &%c [*%c, *%c]\n" % (98 + n, 98 + n, 97 + n, 97 + n) for n in range(24)),
    "bytes": b"title: \xff\xfe",
    "nul": b"title: \x00",
    "two documents": b"title: a\n---\ntitle: b\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_stranger_s_file_is_refused(name: str, tmp_path: Path) -> None:
    """In no time, and as a mistake of the file."""
    (tmp_path / "it.yaml").write_bytes(HOSTILE[name])
    with pytest.raises(SettingsError, match=r"it\.yaml"):
        read_incidents(tmp_path, RULES)


def test_a_pipe_or_a_folder_is_no_incident(tmp_path: Path) -> None:
    """Nobody waits for what never ends."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(SettingsError) as refused:
        read_incidents(tmp_path, RULES)
    assert len(refused.value.mistakes) == 2


def test_the_schema_for_editors_is_the_code_s() -> None:
    """``config/incident.schema.json`` is what ``python -m driftwatch.settings.incident_file`` writes."""
    assert (ROOT / "config/incident.schema.json").read_text(encoding="utf-8") == schema_text()
    assert fits({"schema": "driftwatch.incident/1"}, incident_schema()) is False


@pytest.mark.parametrize("one", [WHOLE, replace(WHOLE, kept=None), replace(WHOLE, cause=None, method="", links=())])
def test_what_is_written_reads_again(one: Incident) -> None:
    """A file of the template says the same, with a sentence for every key."""
    text = template(one)
    assert parse_incident(text.encode(), one.name, one.file, RULES) == one
    keys = incident_schema()["properties"].keys() - ({"kept"} if one.kept is None else set())
    assert [key for key in keys if f"\n{key}:" not in f"\n{text}" and f"\n# {key}:" not in text] == []


_LINES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=80)


@given(_LINES.map(str.strip).filter(bool), _LINES.map(str.strip))
def test_any_words_read_again(title: str, invariant: str) -> None:
    """Whatever a person writes stays what it was."""
    one = replace(WHOLE, title=title, invariant=invariant, kept=None)
    assert parse_incident(template(one).encode(), one.name, one.file, Rules()) == one


def test_a_new_file_replaces_none(tmp_path: Path) -> None:
    """It is written whole or not at all, and nothing is left beside it."""
    place = tmp_path / "incidents" / "whole.yaml"
    write_new(place, WHOLE, RULES)
    before = place.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        write_new(place, replace(WHOLE, title="Another"), RULES)
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.iterdir()] == ["whole.yaml"]


KEPT: Final = Kept(unseen=Unseen.NO_MOCK, cause=Cause.NO_MOCK)


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\r\n"])
def test_what_audits_knew_is_added_behind_all_else(end: str, tmp_path: Path) -> None:
    """No other byte changes; a second time there is nothing to add."""
    text = (FOLDER / "good" / "smallest.yaml").read_text(encoding="utf-8").rstrip("\n").replace("\n", end or "\n") + end
    place = tmp_path / "it.yaml"
    place.write_bytes(text.encode())
    place.chmod(0o640)
    assert keep(place, KEPT)
    made = place.read_bytes().decode()
    assert made.startswith(text)
    assert parse_incident(made.encode(), "it", "it", RULES).kept == KEPT
    assert place.stat().st_mode & 0o777 == 0o640
    assert not keep(place, KEPT)
    assert place.read_bytes().decode() == made


def test_nothing_is_added_where_lines_cannot_be(tmp_path: Path) -> None:
    """A mapping in braces, a broken file: they stay as they are."""
    flow = '{schema: driftwatch.incident/1, title: x, happened_at: "2026-04-04", provider: shop}\n'
    assert with_kept(flow, KEPT) is None
    assert with_kept("title: [", KEPT) is None
    assert not keep(tmp_path / "none.yaml", KEPT)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Refunds: none w/o a reason!", "2026-04-04-refunds-none-w-o-a-reason"),
        ("Überweisung schlägt fehl", "2026-04-04-uberweisung-schlagt-fehl"),
        ("返金", "2026-04-04-incident"),
        ("../../etc/passwd", "2026-04-04-etc-passwd"),
        ("x" * 200, f"2026-04-04-{'x' * 60}"),
    ],
)
def test_a_file_is_called_by_its_day_and_title(title: str, name: str) -> None:
    """In letters that every disk takes, and in no other folder."""
    assert name_of(title, WHOLE.happened_at) == name


if __name__ == "__main__":
    for bad in BAD:
        bad.with_suffix(".txt").write_text(complaint(bad), encoding="utf-8")
