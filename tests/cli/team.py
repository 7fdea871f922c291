"""A team's repository with mocks of several tools, and what ``driftwatch init`` says of it.

``python -m tests.cli.team`` writes the expected outputs anew; they are read in review as the user's screen.
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.cli.calling import spawn, write_stub
from tests.conftest import ROOT

GOLD: Final = Path(__file__).parent / "gold"
_DECOYS: Final = ROOT / "tests/mocks/decoys/files"


def lay_out(folder: Path) -> None:
    """Mocks of three tools below ``mocks``, and much beside them that is none."""
    mocks = folder / "mocks"
    write_stub(mocks / "orders", "/orders/7", {"id": 7})
    write_stub(mocks / "orders", "/orders", method="POST", status=201, name="created")
    for number in range(5):
        (mocks / "orders" / f"notes-{number}.md").write_text("# Notes\n")
    for name, provider in (("payments", "Payments API"), ("stock", "stock")):
        _write(mocks / f"pacts/web-{name}.json", _pact(provider))
    for name, host in (("profile", "api.github.example"), ("mail", "user:hunter2@api.mail.example:8443")):
        _write(mocks / f"cassettes/{name}.yaml", _cassette(f"https://{host}/me?token=hunter2"))
    shutil.copytree(_DECOYS / "project", mocks / "tools")
    shutil.copyfile(_DECOYS / "code/handlers.ts", mocks / "handlers.ts")


def _write(file: Path, value: Any) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(value), encoding="utf-8")


def _pact(provider: str) -> dict[str, Any]:
    interaction = {
        "description": "it",
        "request": {"method": "GET", "path": "/it"},
        "response": {"status": 200, "body": {"ok": True}},
    }
    return {
        "consumer": {"name": "web"},
        "provider": {"name": provider},
        "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": "2.0.0"}},
    }


def _cassette(uri: str) -> dict[str, Any]:
    """What VCR.py records (JSON is YAML)."""
    request: dict[str, Any] = {"method": "GET", "uri": uri, "body": None, "headers": {}}
    response = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "{}"}}
    return {"version": 1, "interactions": [{"request": request, "response": response}]}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        lay_out(Path(place))
        (GOLD / "init.txt").write_text(spawn("init", "mocks", cwd=Path(place)).out, encoding="utf-8")
        shutil.copyfile(Path(place) / "driftwatch.yaml", GOLD / "init.yaml")
