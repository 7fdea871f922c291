"""Where a daemon listens is read in a hurry, and agrees with what is read with care."""

from pathlib import Path
from typing import Final

import pytest

from driftwatch.model.errors import SettingsError
from driftwatch.settings.listening import Listening, listening
from driftwatch.settings.load import load
from tests.conftest import ROOT

WRITTEN: Final = {
    "nothing": "",
    "host": "web: {host: 0.0.0.0}",
    "port": "web: {port: 9000}",
    "a text that looks like a number": "web: {host: '10', port: 0}",
    "tls": "web: {tls: {certificate: tls/crt, key: /tls/key}}",
    "client authorities": "web: {tls: {certificate: crt, key: key, client_authorities: ca}, connections: 7}",
}


def _config(folder: Path, text: str) -> Path:
    config = folder / "driftwatch.yaml"
    config.write_text(f"{text}\nproviders: {{it: {{mocks: {folder}, target: 'http://127.0.0.1:1'}}}}\n")
    return config


def _with_care(config: Path) -> Listening:
    web = load(config, {}).web
    if web.tls is None:
        return Listening(web.host, web.port)
    authorities = web.tls.client_authorities
    return Listening(web.host, web.port, web.tls.certificate.path, web.tls.key.path, authorities is not None)


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_it_is_what_the_daemon_itself_reads(text: str, tmp_path: Path) -> None:
    """Whatever is written, or left to its default."""
    config = _config(tmp_path, text)
    assert listening(config) == _with_care(config)


def test_the_complete_sample() -> None:
    """With TLS and authorities of clients."""
    found = listening(ROOT / "config" / "driftwatch.yaml")
    assert (found.host, found.port, found.asks_for_certificate) == ("127.0.0.1", 8477, True)


SPOILT: Final = {
    "an unknown key": "web: {port: 9000, prot: 1}\nnonsense: 1",
    "a credential that is away": "web: {port: 9000, users: {ann: '${file:away}'}}\nnotify: {link: 7}",
    "a provider twice": "web: {port: 9000}\npolicy: {fail_on: maybe}\npolicy: 1",
}


@pytest.mark.parametrize("text", SPOILT.values(), ids=SPOILT)
def test_what_is_wrong_elsewhere_is_no_reason_not_to_ask(text: str, tmp_path: Path) -> None:
    """The daemon has held on to the config before, and lives."""
    config = _config(tmp_path, text)
    with pytest.raises(SettingsError):
        load(config, {})
    assert listening(config).port == 9000


WRONG: Final = {
    "no mapping": "web: 9000",
    "a port that is a text": "web: {port: http}",
    "a port that is none": "web: {port: 65536}",
    "a negative port": "web: {port: -1}",
    "a host that is a list": "web: {host: [a]}",
    "TLS that is a truth": "web: {tls: true}",
    "half of TLS": "web: {tls: {certificate: crt}}",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_does_not_say_where(text: str, tmp_path: Path) -> None:
    """Told with its line; no daemon would have started with it."""
    config = _config(tmp_path, f"\n{text}")
    with pytest.raises(SettingsError, match=r"driftwatch\.yaml:2 web: this does not say where to listen"):
        listening(config)
    with pytest.raises(SettingsError):
        load(config, {})
