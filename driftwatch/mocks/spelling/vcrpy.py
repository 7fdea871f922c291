"""A VCR.py cassette, byte for byte as its YAML serializer writes it (8.x; ``serializers/yamlserializer.py``)."""

from typing import Any

import yaml

from driftwatch.mocks.spelling.parts import headers_by_name, reason_of, slug, text_of, url_of
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape


def spell(tape: Tape) -> Spelled:
    """``NAME.yaml``: every answer is an interaction, in the order in which they are played."""
    interactions = [
        {"request": _request(tape, dialogue), "response": _response(reply)}
        for dialogue in tape.dialogues
        for reply in dialogue.replies
    ]
    text = yaml.dump({"interactions": interactions, "version": 1}, Dumper=_Dumper, default_flow_style=False)
    return Spelled(((f"{slug(tape.called)}.yaml", text.encode()),))


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # libyaml's, as VCR.py
    """Without anchors: what is equal in two interactions belongs to each."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _request(tape: Tape, dialogue: Dialogue) -> dict[str, Any]:
    headers = {"Content-Type": [dialogue.media_type]} if dialogue.media_type else {}
    return {"body": _body(dialogue.body), "headers": headers, "method": dialogue.method, "uri": url_of(tape, dialogue)}


def _response(reply: Reply) -> dict[str, Any]:
    status = {"code": reply.status, "message": reason_of(reply.status)}
    return {"body": {"string": _body(reply.body) or ""}, "headers": headers_by_name(reply), "status": status}


def _body(body: bytes | None) -> str | bytes | None:
    if not body:
        return None
    text = text_of(body)
    return body if text is None or not _is_printable(text) else text


def _is_printable(text: str) -> bool:
    """Whether YAML can hold it as text; a lone half of a pair cannot be written at all."""
    return "\x85" not in text and yaml.reader.Reader.NON_PRINTABLE.search(text) is None
