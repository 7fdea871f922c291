"""A cassette of Ruby's VCR as Psych writes it (VCR 6): every answer with the moment it was recorded."""

from base64 import encodebytes
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

import yaml

from driftwatch.mocks.spelling.parts import headers_by_name, reason_of, slug, text_of, url_of
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape

_WITH: Final = "VCR 6.3.1"
_UNKNOWN: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Nobody kept the moment; the format wants one."""


def spell(tape: Tape) -> Spelled:
    """``NAME.yml``: answers in the order in which they are played."""
    interactions = [_interaction(tape, dialogue, reply) for dialogue in tape.dialogues for reply in dialogue.replies]
    cassette = {"http_interactions": interactions, "recorded_with": _WITH}
    text = yaml.dump(
        cassette, Dumper=_Psych, default_flow_style=False, sort_keys=False, explicit_start=True, allow_unicode=True
    )
    return Spelled(((f"{slug(tape.called)}.yml", text.encode()),))


class _Psych(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # libyaml's, as Psych
    """Without anchors, and with the letters of other languages as they are."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _interaction(tape: Tape, dialogue: Dialogue, reply: Reply) -> dict[str, Any]:
    headers = {"Content-Type": [dialogue.media_type]} if dialogue.media_type else {}
    return {
        "request": {
            "method": dialogue.method.lower(),
            "uri": url_of(tape, dialogue),
            "body": _body(dialogue.body or b""),
            "headers": headers,
        },
        "response": {
            "status": {"code": reply.status, "message": reason_of(reply.status)},
            "headers": headers_by_name(reply),
            "body": _body(reply.body),
        },
        "recorded_at": format_datetime((reply.at or _UNKNOWN).astimezone(UTC), usegmt=True),
    }


def _body(body: bytes) -> dict[str, str]:
    text = text_of(body)
    if text is None:
        return {"encoding": "ASCII-8BIT", "base64_string": encodebytes(body).decode()}
    return {"encoding": "US-ASCII" if text.isascii() else "UTF-8", "string": text}
