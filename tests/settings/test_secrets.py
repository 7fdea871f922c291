"""No secret gets out of settings by accident."""

import copy
import logging
import pickle
import pprint
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from msgspec import Struct

from driftwatch.model.errors import SettingsError
from driftwatch.model.secret import Secret
from driftwatch.settings.load import load
from driftwatch.settings.show import digest, show
from tests.settings.gold import ENVIRONMENT, FOLDER

VALUES = ("env-token-value", "file-token-value")
PATH = FOLDER / "good" / "credentials-of-every-kind.yaml"


def parts(value: object) -> Iterator[object]:
    """An object and everything in it."""
    yield value
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from parts(getattr(value, name))
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from parts(below)
    elif isinstance(value, tuple | list):
        for below in value:
            yield from parts(below)


def test_secrets_are_there() -> None:
    """The settings under test do hold both values, or the tests below would prove nothing."""
    held = {part.reveal() for part in parts(load(PATH, ENVIRONMENT)) if isinstance(part, Secret)}
    assert set(VALUES) <= held


def test_no_object_prints_one() -> None:
    """Neither repr, str, format, pprint, a log record nor a copy of any part shows a value."""
    settings = load(PATH, ENVIRONMENT)
    for part in [*parts(settings), copy.copy(settings)]:
        record = logging.LogRecord("name", logging.INFO, "file", 1, "%s %r", (part, part), None)
        printed = "".join([repr(part), str(part), f"{part}", pprint.pformat(part), record.getMessage()])
        assert not any(value in printed for value in VALUES), type(part)


def test_no_secret_is_pickled() -> None:
    """Settings do not leave the process."""
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(load(PATH, ENVIRONMENT))


def test_shown_settings_hold_references() -> None:
    """What is shown has the reference where the secret goes."""
    shown = show(load(PATH, ENVIRONMENT))
    assert not any(value in shown for value in VALUES)
    assert 'token: "${file:../secrets/token}"' in shown
    assert 'Authorization: "Bearer ${env:TOKEN}"' in shown


def test_rotation_leaves_the_digest() -> None:
    """The digest tells settings apart, not secrets: it must not become a way to guess one."""
    assert digest(load(PATH, ENVIRONMENT)) == digest(load(PATH, {**ENVIRONMENT, "TOKEN": "another"}))


def test_errors_tell_no_secret(tmp_path: Path) -> None:
    """A mistake elsewhere in a config, with the whole traceback of its causes, shows no value."""
    config = tmp_path / "driftwatch.yaml"
    (tmp_path / "token").write_text("file-token-value\nsecond\n")
    config.write_text(
        "providers:\n  a:\n    mocks: nowhere\n    target: https://u:hunter2@a.example\n"
        "    auth: {basic: {username: '${env:TOKEN}', password: '${file:token}'}}\n"
        "    headers: {Cookie: hunter2, X: '${env:TOKEN}\\n'}\n"
    )
    with pytest.raises(SettingsError) as refused:
        load(config, ENVIRONMENT)
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value.mistakes)
    assert not any(value in told for value in (*VALUES, "hunter2"))


def test_broken_yaml_is_not_quoted(tmp_path: Path) -> None:
    """The traceback of a syntax error has no snippet of the file in it, as PyYAML's own would."""
    config = tmp_path / "driftwatch.yaml"
    config.write_text("token: 'hunter2\n")
    with pytest.raises(SettingsError) as refused:
        load(config, {})
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))
