"""147 endpoints with their labels: what was changed since the mock was made, or that nothing was.

Every endpoint answers a fresh record each time: ids, clocks, names, numbers and the number of items move. What a label
says follows from the change alone and was written before anything was run.
"""

import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

Document = Any
JSON: Final = (("Content-Type", "application/json"),)
_BEGIN: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Mode(StrEnum):
    """How an endpoint parts from its mock."""

    ALWAYS = "deterministic"
    SOMETIMES = "intermittent"
    NEVER = "harmless"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Label:
    """What an audit should say of an endpoint."""

    mode: Mode
    change: str
    kinds: tuple[str, ...] = ()
    """Any of these is right: growing evidence turns a kind into another one of its pair."""
    path: str = ""
    share: float = 1.0
    """How many of the answers are changed."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One question, the mock's answer and the service's."""

    path: str
    label: Label
    mocked: Said
    answer: Callable[[int], Said]
    """The service's answer to the n-th call."""


RESOURCES: Final = (
    "orders", "invoices", "users", "parcels", "tickets", "bookings", "payments", "devices", "articles", "sessions",
    "vehicles", "claims",
)  # fmt: skip


def record(resource: str, number: int) -> dict[str, Document]:
    """A record of a resource; another number is another record."""
    dice = random.Random(f"{resource} {number}")
    moment = _BEGIN + timedelta(minutes=dice.randint(0, 200_000), seconds=dice.randint(0, 59))
    return {
        "id": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        "kind": resource,
        "count": dice.randint(1, 900),
        "total_amount": dice.randint(100, 99_999) / 100 + 0.001,
        "note": f"{dice.choice(['soon', 'late', 'fragile', 'call first'])} {dice.randint(10, 99)}",
        "is_open": dice.random() < 0.5,
        "created_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "customer": {
            "name": f"Customer {dice.randint(1, 500)}",
            "email": f"c{dice.randint(1, 500)}@example.com",
            "address": {"city": dice.choice(["Bonn", "Kiel", "Jena"]), "zip": f"{dice.randint(10_000, 99_999)}"},
        },
        "items": [
            {"sku": f"S-{dice.randint(100, 999)}", "qty": dice.randint(1, 9), "price": dice.randint(100, 9999) / 100}
            for _ in range(dice.randint(2, 5))
        ],
    }


def said(document: Document, status: int = 200, headers: tuple[tuple[str, str], ...] = JSON) -> Said:
    """A document as an answer."""
    return Said(status, headers, json.dumps(document).encode())


Change = Callable[[dict[str, Document]], Said]


def _edit(edit: Callable[[dict[str, Document]], object]) -> Change:
    """A change of the document in place."""

    def change(document: dict[str, Document]) -> Said:
        edit(document)
        return said(document)

    return change


def _each(edit: Callable[[dict[str, Document]], object]) -> Change:
    return _edit(lambda document: [edit(item) for item in document["items"]])


def _shuffled(document: dict[str, Document]) -> Said:
    """Members in another order, other white space, another spelling of the media type."""
    turned = dict(reversed(document.items()))
    return Said(200, (("content-type", "application/json; charset=utf-8"),), json.dumps(turned, indent=1).encode())


def _local(document: dict[str, Document]) -> None:
    document["created_at"] = document["created_at"].replace("Z", "+02:00")


ALWAYS: Final[tuple[tuple[str, tuple[str, ...], str, Change], ...]] = (
    ("a member is gone", ("field-missing",), "/note", _edit(lambda d: d.pop("note"))),
    ("a nested member is gone", ("field-missing",), "/customer/email", _edit(lambda d: d["customer"].pop("email"))),
    ("a member of items is gone", ("field-missing",), "/items/*/price", _each(lambda item: item.pop("price"))),
    ("another spelling of a name", ("field-renamed",), "/total_amount",
     _edit(lambda d: d.update(totalAmount=d.pop("total_amount")))),
    ("a number as text", ("type-changed",), "/count", _edit(lambda d: d.update(count=str(d["count"])))),
    ("a number of items as text", ("type-changed",), "/items/*/qty",
     _each(lambda item: item.update(qty=str(item["qty"])))),
    ("a flag as number", ("type-changed",), "/is_open", _edit(lambda d: d.update(is_open=int(d["is_open"])))),
    ("an object as text", ("type-changed",), "/customer", _edit(lambda d: d.update(customer=d["customer"]["name"]))),
    ("a list as object", ("type-changed",), "/items", _edit(lambda d: d.update(items={"first": d["items"][0]}))),
    ("always null", ("field-always-null", "null-unexpected"), "/note", _edit(lambda d: d.update(note=None))),
    ("an envelope", ("envelope-changed",), "", lambda d: said({"data": d})),
    ("a time as seconds", ("type-changed",), "/created_at",
     _edit(lambda d: d.update(created_at=1_770_000_000 + d["count"]))),
    ("a time in another form", ("datetime-format-changed",), "/created_at",
     _edit(lambda d: d.update(created_at=d["created_at"].replace("T", " ").rstrip("Z")))),
    ("a time with another zone", ("timezone-changed",), "/created_at", _edit(_local)),
    ("an id that is no UUID", ("format-changed",), "/id",
     _edit(lambda d: d.update(id=f"rec_{d['count']}_{d['note'][:3]}"))),
    ("a number beyond 53 bits", ("int53-exceeded",), "/count",
     _edit(lambda d: d.update(count=9_007_199_254_740_993 + d["count"]))),
    ("a fraction", ("integer-to-float",), "/count", _edit(lambda d: d.update(count=d["count"] + 0.5))),
    ("another status", ("status-changed",), "status", lambda d: said(d, 202)),
    ("gone for good", ("endpoint-gone",), "status", lambda _: said({"error": "gone"}, 410)),
    ("credentials are asked for", ("auth-required",), "status",
     lambda _: said({"error": "who?"}, 401, (*JSON, ("WWW-Authenticate", "Bearer")))),
    ("a redirect", ("redirect-introduced",), "status", lambda _: Said(301, (("Location", "/v2/elsewhere"),), b"")),
    ("another media type", ("content-type-changed",), "header:content-type",
     lambda d: Said(200, (("Content-Type", "text/html"),), f"<html><body>{d['id']}</body></html>".encode())),
    ("no body", ("body-empty",), "", lambda _: Said(200, JSON, b"")),
    ("a body cut short", ("body-unparseable",), "", lambda d: Said(200, JSON, json.dumps(d).encode()[:-20])),
    ("an error behind a success", ("error-in-2xx",), "", lambda _: said({"error": {"code": "E1", "message": "No"}})),
)  # fmt: skip
"""Change, kinds, path and what is done; 25 of them, each three times over the resources."""

SOMETIMES: Final[tuple[tuple[str, tuple[str, ...], str, float, Change], ...]] = (
    ("null in 30 % of the answers", ("null-unexpected", "field-always-null"), "/note", 0.3,
     _edit(lambda d: d.update(note=None))),
    # seen once in five, a version is only a member that is sometimes gone: the text asks for two of each
    ("another version in 30 % of the answers", ("rollout-mixed-shapes", "field-optional"), "", 0.3,
     _edit(lambda d: d.update(total={"amount": d.pop("total_amount"), "currency": "EUR"}, version=2))),
    ("503 half the time", ("intermittent-error",), "status", 0.5, lambda _: said({"error": "later"}, 503)),
)  # fmt: skip

NEVER: Final[tuple[tuple[str, Change], ...]] = (
    ("another record", said),
    ("another order of members, other white space", _shuffled),
    ("another header", lambda d: Said(200, (*JSON, ("X-Served-By", f"node-{d['count'] % 3}")), json.dumps(d).encode())),
    ("one more member", _edit(lambda d: d.update(colour="blue"))),
)


def endpoints() -> Iterator[Endpoint]:
    """All of them, in a fixed order."""
    for turn, (change, kinds, path, act) in enumerate(ALWAYS * 3):
        yield _endpoint(f"always-{turn}", Label(Mode.ALWAYS, change, kinds, path), act)
    for turn, (change, kinds, path, share, act) in enumerate(SOMETIMES * 8):
        yield _endpoint(f"sometimes-{turn}", Label(Mode.SOMETIMES, change, kinds, path, share), act)
    for turn, (change, act) in enumerate(NEVER * 12):
        yield _endpoint(f"never-{turn}", Label(Mode.NEVER, change), act)


def _endpoint(name: str, label: Label, act: Change) -> Endpoint:
    resource = RESOURCES[int(name.rpartition("-")[2]) % len(RESOURCES)]

    def answer(call: int) -> Said:
        document = record(resource, call + 1)
        is_changed = random.Random(f"{name} {call}").random() < label.share
        return act(document) if is_changed else said(document)

    return Endpoint(f"/{name}/{resource}", label, said(record(resource, 0)), answer)


def without_drift(endpoint: Endpoint) -> Endpoint:
    """The same endpoint as it was when its mock was made."""
    resource = endpoint.path.rpartition("/")[2]
    return replace(endpoint, answer=lambda call: said(record(resource, call + 1)))
