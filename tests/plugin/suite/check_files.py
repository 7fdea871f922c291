"""Mock files that tests open themselves."""

import copy
import inspect
import io
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


class Opening:
    """A built-in function that is a member of a class is not given the object."""

    way: Any = open


def test_open_is_what_it_was() -> None:
    """Its names are one, and it is told, signed, copied and sent like the real one."""
    assert open is io.open
    assert (open.__name__, repr(open)) == ("open", "<built-in function open>")
    assert str(inspect.signature(open)).startswith("(file, mode='r', buffering=-1, encoding=None")
    assert pickle.loads(pickle.dumps(open)) is open  # noqa: S301 - our own
    assert copy.deepcopy(open) is open


@pytest.mark.parametrize("way", ["open", "read_text", "io", "step back", "bytes", "member"])
def test_a_file_is_opened(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every way that there is."""
    monkeypatch.chdir(HERE)
    path = HERE / "mocks" / "order.json"
    match way:
        case "open":
            with open("mocks/order.json", encoding="utf-8") as stream:  # noqa: PTH123 - a way of its own
                stream.read()
        case "read_text":
            path.read_text(encoding="utf-8")
        case "io":
            with io.open(path, encoding="utf-8") as stream:  # noqa: UP020 - a way of its own
                stream.read()
        case "step back":
            (HERE / "mocks" / ".." / "mocks" / "order.json").read_bytes()
        case "bytes":
            with open(file=os.fsencode(path), mode="rb") as raw:  # noqa: PTH123 - a way of its own
                raw.read()
        case _:
            with Opening().way(path) as raw:
                raw.read()


def test_a_file_is_written() -> None:
    """What a test writes it does not rest on."""
    path = HERE / "mocks" / "written.json"
    path.write_text("{}", encoding="utf-8")
    path.unlink()


def test_a_file_is_missing() -> None:
    """What is not there can tell nothing."""
    with pytest.raises(FileNotFoundError):
        (HERE / "mocks" / "missing.json").read_text(encoding="utf-8")


def test_other_files() -> None:
    """Files elsewhere are nobody's mocks."""
    Path(__file__).read_text(encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        (HERE / "mocks-of-others" / "order.json").read_text(encoding="utf-8")
