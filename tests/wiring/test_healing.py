"""Healing, put together: where a patch is applied, where mocks lie, and what is hidden of others' output."""

import json
from pathlib import Path

import pytest

from driftwatch.cli.options import read_config
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError
from driftwatch.wiring.healing import checkout_of, mask_of, places_of
from tests.programs import program
from tests.repositories import git


def draft(path: Path) -> Draft:
    """A file that changes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("1", encoding="utf-8")
    return Draft(path.name, str(path), b"1", b"2")


def test_a_patch_is_applied_at_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the checkout; else where one stands; else of what the files have in common."""
    program("git", "git")
    checkout, plain, far = tmp_path / "checkout", tmp_path / "plain", tmp_path / "far"
    inside = draft(checkout / "mocks/a b.json")
    (checkout / "mocks/a b.json").chmod(0o755)
    git(checkout, "init", "--quiet")
    first, second = draft(plain / "mocks/x/1.json"), draft(plain / "mocks/y/2.json")
    other = draft(far / "3.json")
    monkeypatch.chdir(plain)

    def told(*drafts: Draft) -> tuple[str, list[tuple[str, str]]]:
        folder, places = places_of(drafts)
        return folder, [(place.path, place.mode) for place in places.values()]

    assert told(inside) == (str(checkout), [("mocks/a b.json", "100755")])
    assert told(first, second) == (str(plain), [("mocks/x/1.json", "100644"), ("mocks/y/2.json", "100644")])
    assert told(first, other)[0] == str(tmp_path)
    assert told(inside, first)[0] == str(tmp_path)
    assert told() == (str(plain), [])


def test_mocks_lie_in_one_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A branch is of one checkout: none and several are told, and part of them can be chosen."""
    program("git", "git")
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c"):
        draft(tmp_path / name / "mocks/1.json")
    providers = {name: {"mocks": f"{name}/mocks", "target": "http://127.0.0.1:1"} for name in ("a", "b", "c")}
    (tmp_path / "driftwatch.yaml").write_text(json.dumps({"providers": providers}), encoding="utf-8")
    for name in ("a", "b"):
        git(tmp_path / name, "init", "--quiet")
    settings = read_config(tmp_path / "driftwatch.yaml")
    assert checkout_of(settings, ["a"]) == tmp_path / "a"
    with pytest.raises(UsageError, match="choose some with --provider"):
        checkout_of(settings, ["a", "b"])
    with pytest.raises(UsageError, match="lie in none"):
        checkout_of(settings, ["c"])


def test_credentials_are_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every credential of a config, of whatever kind, and the longer one where one is within the other."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mocks").mkdir()
    (tmp_path / "token").write_text("from-a-file\n", encoding="utf-8")
    for name in ("ONE", "TWO", "THREE"):
        monkeypatch.setenv(f"SECRET_{name}", f"sesame-{name.lower()}")
    monkeypatch.setenv("SECRET_LONG", "sesame-one-and-more")
    auths = (
        {"bearer": {"token": "${env:SECRET_ONE}"}},
        {"basic": {"username": "${env:SECRET_LONG}", "password": "${file:token}"}},
        {"api_key": {"header": "X-Key", "value": "${env:SECRET_TWO}"}},
        {"headers": {"X-Partner": "id=7;key=${env:SECRET_THREE}"}},
    )
    providers = {f"p{number}": {"mocks": "mocks", "target": "http://127.0.0.1:1", "auth": auth}
                 for number, auth in enumerate(auths)}  # fmt: skip
    (tmp_path / "driftwatch.yaml").write_text(json.dumps({"providers": providers}), encoding="utf-8")
    mask = mask_of(read_config(tmp_path / "driftwatch.yaml"))
    said = "sesame-one sesame-one-and-more from-a-file sesame-two id=7;key=sesame-three sesame-three else"
    assert mask(said) == "******** ******** ******** ******** ******** ******** else"
