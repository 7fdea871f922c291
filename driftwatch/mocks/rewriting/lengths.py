"""What a file tells of a body beside it: its length and its digests, put right when it changes."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.rewriting.planned import Op, Retext, Steps
from driftwatch.mocks.rewriting.splices import differing
from driftwatch.mocks.text.nodes import Kind, Node
from driftwatch.model.edit import Change, Edit, Part
from driftwatch.model.interaction import Expectation, MatcherKind

_DIGESTS: Final = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def corrected(variant: Expectation, old: bytes, new: bytes) -> Iterator[Edit]:
    """The headers that told of the stored bytes and would be wrong now.

    A ``Content-Length`` that never was that of the stored bytes is that of a compressed original, and stays, unless
    nothing was compressed. Beside a template it is that of what the template makes, and grows or shrinks with it.
    """
    for name, value in variant.headers if old != new else ():
        right = _right(name.lower(), value, variant, old, new)
        if right is not None and right != value:
            yield Edit(Part.HEADER, Change.SET, name=name, value=right)


def _right(name: str, value: str, variant: Expectation, old: bytes, new: bytes) -> str | None:
    if name == "content-length":
        if value.strip().isdecimal() and any(one.kind is MatcherKind.DYNAMIC for one in variant.matchers):
            return str(max(int(value) + len(new) - len(old), 0))
        is_told = value.strip() == str(len(old)) or not variant.header("content-encoding")
        return str(len(new)) if is_told else None
    if name == "content-md5":
        digest = base64.b64encode(hashlib.md5(new, usedforsecurity=False).digest()).decode()
        was = base64.b64encode(hashlib.md5(old, usedforsecurity=False).digest()).decode()
        return digest if value.strip() == was else None
    if name in ("digest", "content-digest", "repr-digest"):
        return _digests(value, old, new)
    return None


def _digests(value: str, old: bytes, new: bytes) -> str:
    """``sha-256=...`` (RFC 3230) and ``sha-256=:...:`` (RFC 9530)."""
    for function in _DIGESTS.values():
        was = base64.b64encode(function(old).digest()).decode()
        value = value.replace(was, base64.b64encode(function(new).digest()).decode())
    return value


def sizes(node: Node | None, steps: Steps, old: bytes, new: bytes) -> Iterator[Op | Retext]:
    """A number beside the body that told its length, or the text of one."""
    if node is None or node.text != str(len(old)):
        return
    if node.kind is Kind.NUMBER:
        yield Op(Change.SET, steps, str(len(new)))
    elif node.kind is Kind.STRING:
        yield Retext(steps, tuple(differing(node.text, str(len(new)))))
