"""What is said of each config, as it stands beside it: the complaint about a bad one, the settings of a good one.

``python -m tests.settings.gold`` writes all of them anew; they are read in review as the user's screen.
"""

from datetime import date
from pathlib import Path
from typing import Final

from driftwatch.model.errors import SettingsError
from driftwatch.model.password import hash_password
from driftwatch.settings.load import load
from driftwatch.settings.show import show

FOLDER: Final = Path(__file__).resolve().parent
BAD: Final = tuple(sorted((FOLDER / "bad").glob("*.yaml")))
GOOD: Final = tuple(sorted((FOLDER / "good").glob("*.yaml")))

ENVIRONMENT: Final = {
    "TOKEN": "env-token-value", "PROXY": "http://env-user:env-secret@proxy.example.com:3128",
    "EMPTY": "", "TWO_LINES": "env-line-one\r\nenv-line-two",
    "HASH": hash_password("hunter2", b"0123456789abcdef"),
}  # fmt: skip
KINDS: Final = frozenset({"field-added", "field-missing", "status-changed"})
TODAY: Final = date(2026, 5, 1)


def complaint(path: Path) -> str:
    """The whole message of the refusal, one mistake a line, with the file's name in place of its path."""
    try:
        load(path, ENVIRONMENT, KINDS, TODAY)
    except SettingsError as error:
        return str(error).replace(f"{path.parent}/", "").rstrip("\n") + "\n"
    raise AssertionError(f"{path.name} is not refused")


if __name__ == "__main__":
    for bad in BAD:
        bad.with_suffix(".txt").write_text(complaint(bad), encoding="utf-8")
    for good in GOOD:
        good.with_suffix(".txt").write_text(show(load(good, ENVIRONMENT, KINDS, TODAY)), encoding="utf-8")
