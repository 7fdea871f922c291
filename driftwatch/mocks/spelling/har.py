"""An HTTP archive (HAR 1.2) as browsers export one: every answer is an entry, with the moment it was given."""

from datetime import UTC, datetime
from typing import Any, Final

from driftwatch import __version__
from driftwatch.mocks.spelling.json_style import NODE, written
from driftwatch.mocks.spelling.parts import base64_of, reason_of, slug, text_of, url_of
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape

_UNKNOWN: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Nobody kept the moment; the format wants one."""
_HTTP: Final = "HTTP/1.1"
_UNTOLD: Final = -1
"""Of a size that nobody measured (HAR 1.2, "headersSize")."""


def spell(tape: Tape) -> Spelled:
    """``NAME.har``."""
    entries = [_entry(tape, dialogue, reply) for dialogue in tape.dialogues for reply in dialogue.replies]
    creator = {"name": "driftwatch", "version": __version__}
    text = written({"log": {"version": "1.2", "creator": creator, "entries": entries}}, NODE)
    return Spelled(((f"{slug(tape.called)}.har", text.encode()),))


def _entry(tape: Tape, dialogue: Dialogue, reply: Reply) -> dict[str, Any]:
    at = (reply.at or _UNKNOWN).astimezone(UTC)
    return {
        "startedDateTime": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "time": 0,
        "request": _request(tape, dialogue),
        "response": _response(reply),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }


def _request(tape: Tape, dialogue: Dialogue) -> dict[str, Any]:
    sent = dialogue.body or b""
    headers = [{"name": "Content-Type", "value": dialogue.media_type}] if dialogue.media_type else []
    request: dict[str, Any] = {
        "method": dialogue.method,
        "url": url_of(tape, dialogue),
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": headers,
        "queryString": [{"name": name, "value": value} for name, value in dialogue.query],
        "headersSize": _UNTOLD,
        "bodySize": len(sent),
    }
    if sent:
        request["postData"] = {"mimeType": dialogue.media_type, "text": sent.decode(errors="replace")}
    return request


def _response(reply: Reply) -> dict[str, Any]:
    content: dict[str, Any] = {"size": len(reply.body), "mimeType": reply.header("Content-Type")}
    text = text_of(reply.body)
    content |= {"text": text} if text is not None else {"text": base64_of(reply.body), "encoding": "base64"}
    return {
        "status": reply.status,
        "statusText": reason_of(reply.status),
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in reply.headers],
        "content": content,
        "redirectURL": reply.header("Location"),
        "headersSize": _UNTOLD,
        "bodySize": len(reply.body),
    }
