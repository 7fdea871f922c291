"""Tapes for tests: some by hand, any by chance, and what reading them back must yield."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Claim, Expectation, Interaction, gather
from driftwatch.model.tape import Dialogue, Reply, Spelled, Tape

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
AT: Final = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
JSON: Final = (("Content-Type", "application/json"),)
TEXT: Final = (("Content-Type", "text/plain; charset=utf-8"),)


def reply(body: object, status: int = 200, *more: tuple[str, str]) -> Reply:
    """A JSON answer."""
    return Reply(status, JSON + more, json.dumps(body, ensure_ascii=False).encode(), AT)


def get(path: str, *replies: Reply, name: str = "", query: tuple[tuple[str, str], ...] = ()) -> Dialogue:
    """A question without a body."""
    return Dialogue(name or f"GET {path}", "GET", path, query, replies, b"")


def post(path: str, body: object, *replies: Reply, method: str = "POST") -> Dialogue:
    """A question with a JSON body."""
    return Dialogue(f"{method} {path}", method, path, (), replies, json.dumps(body).encode(), "application/json")


SHOP: Final = Tape(
    "shop",
    "https://api.shop.example",
    (
        get("/users/7", reply({"id": 7, "price": 10.5, "tags": ["a", "b"], "note": None, "sign": "ü/<&>"})),
        get("/jobs/3", reply({"state": "NEW"}, 202), reply({"state": "DONE", "items": []}), reply({"e": "x"}, 410)),
        get("/users", reply([{"id": 7}]), query=(("page", "2"), ("q", "a b&c=d+e"), ("empty", ""))),
        get("/users", reply([])),
        get("/odd.path/a:b(c)*d%20e", reply({"ok": True})),
        post("/orders", {"sku": "A-1", "n": 2}, reply({"id": 5}, 201, ("Location", "/orders/5"))),
        post("/orders", {"sku": "B-2", "gift": {"for": ["ann"]}}, reply({"error": {"code": "sold_out"}}, 409)),
        post("/orders/5", {"n": 3}, reply({"id": 5, "n": 3}), method="PUT"),
        Dialogue("HEAD /users/{id}", "HEAD", "/users/9", (), (Reply(200, (), b"", AT), Reply(404, (), b"", AT)), b""),
        Dialogue("GET /ping", "GET", "/ping", (), (Reply(200, (), b"", AT),), b""),
        Dialogue("DELETE /orders/{id}", "DELETE", "/orders/5", (), (Reply(204, (), b"", AT),), b""),
        Dialogue(
            "POST /login", "POST", "/login", (), (Reply(200, TEXT, "Grüße\nmehr".encode(), AT),), b"a=1&b=x%20y&a=2",
            "application/x-www-form-urlencoded",
        ),
    ),
    "web",
)  # fmt: skip
"""What formats are likely to stumble over."""


def written(spelled: Spelled, folder: Path) -> Path:
    """The files on disk."""
    for name, content in spelled.files:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def read_back(folder: Path) -> list[Claim]:
    """What our own readers make of a folder, of which everything must be readable."""
    found = list(FolderSource(folder, now=NOW).read())
    assert [one for one in found if not isinstance(one, Interaction)] == []
    return list(gather(one for one in found if isinstance(one, Interaction)))


def asked(claim: Claim) -> tuple[Any, ...]:
    """A question in one form, whatever its format spells differently."""
    request = claim.request
    return request.method, request.path, tuple(sorted(request.query)), _body(request.body or b"")


def question(dialogue: Dialogue) -> tuple[Any, ...]:
    """The same of a dialogue."""
    return dialogue.method, dialogue.path, tuple(sorted(dialogue.query)), _body(dialogue.body or b"")


def answers(claim: Claim) -> list[tuple[Any, ...]]:
    """What a claim's variants say, in order."""
    return [told(one) for one in claim.variants]


def said(dialogue: Dialogue) -> list[tuple[Any, ...]]:
    """The same of a dialogue's replies."""
    return [(one.status, _headers(one.headers), _body(one.body)) for one in dialogue.replies]


def told(variant: Expectation) -> tuple[Any, ...]:
    """What one variant says."""
    return variant.status, _headers(variant.headers), _body(variant.body or b"")


def _headers(headers: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers}


def _body(body: bytes) -> object:
    try:
        return ("json", json.dumps(json.loads(body), sort_keys=True))
    except ValueError:
        return body


# By chance

_NAMES: Final = st.text(st.characters(codec="ascii", categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=6)
# Hoverfly joins several values by `;`, so that nobody can tell one that holds it; `{{` means something in half of them
_WORDS: Final = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="{};\x85\u2028\u2029\ufeff"),
    max_size=12,
)
_SCALARS: Final = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _WORDS | st.sampled_from([1.5, -0.25, 1e21])
)
_VALUES: Final = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3), max_leaves=6
)
_OBJECTS: Final = st.dictionaries(_NAMES, _VALUES, max_size=4)
_DOCUMENTS: Final = _OBJECTS | st.lists(_OBJECTS, max_size=3)
_STATUSES: Final = st.sampled_from([200, 201, 202, 400, 404, 409, 410, 422, 500, 503])


@st.composite
def _replies(draw: st.DrawFn) -> tuple[Reply, ...]:
    """Answers that differ, at least in their status."""
    statuses = draw(st.lists(_STATUSES, min_size=1, max_size=3, unique=True))
    return tuple(reply(draw(_DOCUMENTS), status) for status in statuses)


@st.composite
def _dialogues(draw: st.DrawFn) -> Dialogue:
    method = draw(st.sampled_from(["GET", "GET", "POST", "PUT", "PATCH", "DELETE"]))
    steps = draw(st.lists(st.sampled_from(["a", "b-c", "d_e.f", "7", "42", "x~y"]), min_size=1, max_size=3))
    path = "/" + "/".join(steps)
    names = draw(st.lists(_NAMES, max_size=2, unique_by=str.lower))
    query = tuple((f"q{name}", draw(_WORDS)) for name in names)
    has_body = method in ("POST", "PUT", "PATCH")
    body = json.dumps({"k": draw(_DOCUMENTS)}).encode() if has_body else b""
    kind = "application/json" if has_body else ""
    return Dialogue(f"{method} {path}", method, path, query, draw(_replies()), body, kind)


@st.composite
def tapes(draw: st.DrawFn) -> Tape:
    """Some dialogues, no two of which ask the same; in each query and body names its own part."""
    dialogues = draw(st.lists(_dialogues(), min_size=1, max_size=4, unique_by=question))
    return Tape("by chance", "https://api.example.com", tuple(dialogues))


def lines(folder: Path) -> Iterator[str]:
    """All that is in a folder, for a message."""
    for place in sorted(folder.rglob("*")):
        if place.is_file():
            yield f"{place.name}: {place.read_text(encoding='utf-8', errors='replace')}"
