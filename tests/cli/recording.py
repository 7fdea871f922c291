"""Recordings for the tests of ``driftwatch record``, and what became of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from driftwatch.reports.schemas import interface_schema
from tests.cli.calling import Ran


def entry(
    method: str, url: str, body: Any, status: int = 200, sent: Any = None, at: str = "2026-05-01T12:00:00Z"
) -> Any:
    """An entry of a HAR, with credentials where clients show them."""
    headers = [{"name": "Authorization", "value": "Bearer s3cr3t"}]
    request: dict[str, Any] = {"method": method, "url": url, "headers": headers}
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    content = {"mimeType": "application/json", "text": "" if body is None else json.dumps(body)}
    response = {
        "status": status,
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "content": content,
    }
    return {"startedDateTime": at, "time": 5, "request": request, "response": response}


def har(file: Path, *entries: Any) -> Path:
    """A HAR of these entries."""
    file.write_text(
        json.dumps({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": entries}}), encoding="utf-8"
    )
    return file


SHOP: Final = "https://shop.example.com"
ENTRIES: Final = (
    entry("GET", f"{SHOP}/users/48213?expand=all", {"id": 48213, "email": "ada@corp.example", "plan": "PRO"}),
    entry(
        "GET", f"{SHOP}/users/48213?expand=all", {"id": 48213, "email": None, "plan": "PRO"}, at="2026-05-01T12:01:00Z"
    ),
    entry("GET", f"{SHOP}/users/77123?expand=all", {"id": 77123, "email": "bob@corp.example", "plan": "FREE"}),
    entry("GET", f"{SHOP}/users/99999?expand=all", {"error": {"code": "NOT_FOUND"}}, 404),
    entry("POST", f"{SHOP}/orders", {"id": 5, "user_id": 48213}, 201, {"user_id": 48213}),
)


def files(folder: Path) -> Mapping[str, bytes]:
    """All that is in a folder, drafts too."""
    found = sorted(place for place in folder.rglob("*") if place.is_file())
    return {place.relative_to(folder).as_posix(): place.read_bytes() for place in found}


def told(ran: Ran) -> Any:
    """The JSON document, which fits its schema."""
    document = json.loads(ran.out)
    violations = Draft202012Validator(interface_schema("record-1")).iter_errors(document)
    assert [f"{error.json_path}: {error.message}" for error in violations] == []
    return document
