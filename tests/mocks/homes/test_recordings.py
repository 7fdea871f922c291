"""Recordings, contracts and specifications as they are rewritten: the law of their homes, on every case of theirs."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.mocks.homes.laws import KINDS, Outcome, heal_all, try_everything

CASES: Final = Path(__file__).parent.parent / "formats"
TABLE: Final[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("recordings.yaml").read_bytes())
FORMATS: Final = sorted(set(TABLE) - {"corpus", "everywhere"})


def all_cases(name: str) -> Outcome:
    """What becomes of every edit in every case of a format."""
    total = Outcome()
    for folder in sorted((CASES / name).iterdir()):
        found = try_everything(folder, name)
        total.healed.update(found.healed)
        total.refused.update(found.refused)
    return total


@pytest.mark.parametrize("name", FORMATS)
def test_every_answer_can_be_changed_or_says_why_not(name: str) -> None:
    """What is refused has a reason that the table knows, each of these reasons is met, and nothing else never works."""
    total, refused = all_cases(name), TABLE[name]["refused"]
    known = [*TABLE["everywhere"], *refused]
    assert [one for one in total.refused if not any(fnmatchcase(one, reason) for reason in known)] == []
    assert [reason for reason in refused if not any(fnmatchcase(one, reason) for one in total.refused)] == []
    assert sorted(KINDS - total.healed.keys()) == TABLE[name]["never"]


@pytest.mark.shared
@pytest.mark.parametrize("name", TABLE["corpus"])
def test_public_files_can_be_changed(name: str, shared: Path) -> None:
    """All interactions of a folder at once: as many as were counted are changed, the others for known reasons not."""
    format_name = "postman" if name == "postman-v3" else name
    found = heal_all(shared / "corpus" / name, format_name)
    known = [*TABLE["everywhere"], *TABLE[format_name]["refused"]]
    reasons = [one.partition(": ")[2] for one in known]
    assert [one for one in found.refused if not any(fnmatchcase(one, reason) for reason in reasons)] == []
    assert (found.healed.total(), found.refused.total()) == tuple(
        TABLE["corpus"][name].get(key, 0) for key in ("healed", "refused")
    )
