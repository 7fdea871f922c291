"""The search for planted secrets finds them, or what rests on it would prove nothing."""

import base64
import gzip
import html
import json
import sqlite3
import urllib.parse
import zlib
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from driftwatch.model.secret import Secret
from driftwatch.settings.reference import Referenced
from tests.scenarios.garden import Garden, declared, held


def test_the_search_finds_every_spelling() -> None:
    """A planted secret is found however it is spelt, or the tests below would prove nothing."""
    garden = Garden()
    one = garden.plant("one")
    spellings: list[object] = [
        one, repr(one), json.dumps(one), urllib.parse.quote(one, safe=""), html.escape(one), one.upper(),
        one.encode("utf-16-le"), one.encode().hex(), zlib.compress(one.encode()), gzip.compress(one.encode()),
        *(base64.b64encode(f"{'u' * ahead}:{one}".encode()) for ahead in range(3)),
        *(base64.urlsafe_b64encode(f"{'u' * ahead}:{one}ÿ".encode()) for ahead in range(3)),
    ]  # fmt: skip
    assert [spelling for spelling in spellings if garden.dug_up(spelling) != {"one"}] == []
    assert garden.dug_up("two", Garden().plant("two")) == set()


def test_the_search_looks_into_files_and_databases(tmp_path: Path) -> None:
    """Below folders, in names, in what is packed, and in packed cells."""
    garden = Garden()
    plants = {name: garden.plant(name, is_plain=True).encode() for name in ("text", "packed", "cell", "packed cell")}
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_bytes(b"x" * 999 + plants["text"])
    (tmp_path / "b.gz").write_bytes(gzip.compress(plants["packed"]))
    (tmp_path / garden.plant("name", is_plain=True)).touch()
    with closing(sqlite3.connect(tmp_path / "memory.db")) as memory, memory:
        memory.execute("CREATE TABLE rows (a TEXT, b BLOB)")
        memory.execute(
            "INSERT INTO rows VALUES (?, ?)", (plants["cell"].decode(), zlib.compress(plants["packed cell"]))
        )
    assert garden.dug_up(tmp_path) == {*plants, "name"}


class _Inner(Struct):
    token: Referenced
    spare: Referenced | None = None


class _Outer(Struct):
    inner: tuple[_Inner, ...]
    headers: dict[str, Referenced]
    plain: str = ""


def test_what_settings_declare_and_hold() -> None:
    """Every place of a secret is found by its type, however deep, and by what is in it."""
    garden = Garden()
    secret = Referenced("${env:X}", Secret(garden.plant("x")))
    other = Referenced("${env:Y}", Secret("not planted"))
    assert declared(_Outer) == {"_Inner.token", "_Inner.spare", "_Outer.headers"}
    assert held(_Outer((_Inner(secret),), {"a": other}), garden) == {"_Inner.token"}
    assert held(_Outer((_Inner(other, secret),), {"a": secret}), garden) == {"_Inner.spare", "_Outer.headers"}
