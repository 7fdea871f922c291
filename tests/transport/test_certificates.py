"""Certificates of our own (mTLS): shown by whom they belong to, over connections of their own."""

import ssl
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from driftwatch.model.errors import SettingsError
from driftwatch.model.probe import Evidence, Observation, Probe
from driftwatch.model.secret import Secret
from driftwatch.transport.auth import BearerAuth, ClientCertificate, Profile
from tests.staging import Staging, staging
from tests.transport.making import make_probe, make_target, send

PASSWORD = "planted-key-password"
AUTHORITY = trustme.CA()
STRANGER = trustme.CA()


def certificate(folder: Path, name: str, *, password: str = "", by: trustme.CA = AUTHORITY) -> ClientCertificate:
    """A certificate for ``name``, as two PEM files; the key is encrypted if there is a password."""
    leaf = by.issue_cert(f"{name}.example", common_name=name)
    chain, key = folder / f"{name}.crt", folder / f"{name}.key"
    chain.write_bytes(b"".join(part.bytes() for part in leaf.cert_chain_pems))
    text = leaf.private_key_pem.bytes()
    if password:
        loaded = load_pem_private_key(text, None)
        text = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    key.write_bytes(text)
    return ClientCertificate(str(chain), str(key), Secret(password))


@contextmanager
def service(folder: Path, *, is_asking: bool = True) -> Iterator[tuple[Staging, dict[str, Any]]]:
    """A service that asks for certificates of our authority, and what a target needs to know of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    if is_asking:
        AUTHORITY.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    authorities = folder / "authorities.pem"
    AUTHORITY.cert_pem.write_to_path(str(authorities))
    script = {
        "users": {name: {"certificate": name} for name in ("ada", "bob", "eve")},
        "routes": {"GET /users/{id}": {"body": {}}},
    }
    with staging(script, tls=context) as running:
        yield running, {"verify": str(authorities)}


def only(outcomes: list[Any]) -> Observation:
    """The one sample."""
    (outcome,) = outcomes
    assert isinstance(outcome, Evidence), outcome
    return outcome.samples[0]


def as_whom(identity: str, number: int = 1, samples: int = 1) -> Probe:
    """A probe of an identity; ``none`` shows nothing."""
    request = make_probe(f"/users/{number}").request
    is_somebody = identity != "none"
    return Probe("users", request, (), samples, 0.0, with_credentials=is_somebody, identity=identity)


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_a_certificate_is_shown(tmp_path: Path, password: str) -> None:
    """A service that demands one serves us, and knows who asks; its key may be encrypted."""
    shown = certificate(tmp_path, "ada", password=password)
    with service(tmp_path) as (running, trust):
        sample = only(send(make_target(running.url, certificate=shown, **trust), [make_probe()]))
    assert (sample.status, sample.credentials_sent) == (200, True)
    assert [visit.user for visit in running.visits] == ["ada"]


@pytest.mark.parametrize("whose", ["nobody", "stranger"])
def test_without_a_good_one_nobody_is_served(tmp_path: Path, whose: str) -> None:
    """None, or one of an authority that the service does not know: the connection fails, no request arrives."""
    shown = certificate(tmp_path, "ada", by=STRANGER) if whose == "stranger" else None
    with service(tmp_path) as (running, trust):
        sample = only(send(make_target(running.url, certificate=shown, **trust), [make_probe()]))
    assert sample.failure is not None
    assert running.visits == []


def test_a_certificate_goes_with_another_kind_of_credentials(tmp_path: Path) -> None:
    """The certificate shows the machine, the token who asks."""
    shown = certificate(tmp_path, "ada")
    with service(tmp_path) as (running, trust):
        target = make_target(running.url, certificate=shown, auth=BearerAuth(Secret("t")), **trust)
        assert only(send(target, [make_probe()])).status == 200
    assert running.visits[0].request.header("authorization") == "Bearer t"


def test_nobody_travels_over_somebody_s_connection(tmp_path: Path) -> None:
    """Two identities and the default one, in any order and at once: each request comes with the right certificate."""
    named = {name: Profile(certificate=certificate(tmp_path, name)) for name in ("ada", "bob")}
    with service(tmp_path) as (running, trust):
        target = make_target(
            running.url, certificate=certificate(tmp_path, "eve"), identities=named, concurrency=3, **trust
        )
        names = {number: ("ada", "", "bob")[number % 3] for number in range(36)}
        outcomes = send(target, [as_whom(who, number, samples=2) for number, who in names.items()])
    for visit in running.visits:
        who = names[int(visit.request.path.rpartition("/")[2])]
        assert visit.user == (who or "eve")
    assert running.connections < len(running.visits) / 3, "connections are kept"
    asked = {
        one.probe.identity: {sample.identity for sample in one.samples} for one in outcomes if isinstance(one, Evidence)
    }
    assert asked == {"": {""}, "ada": {"ada"}, "bob": {"bob"}}


def test_nobody_shows_no_certificate(tmp_path: Path) -> None:
    """Where the service demands one, an anonymous question ends at the door."""
    with service(tmp_path) as (running, trust):
        target = make_target(running.url, certificate=certificate(tmp_path, "ada"), **trust)
        samples = [only(send(target, [as_whom(who)])) for who in ("", "none")]
    assert [sample.failure is None for sample in samples] == [True, False]
    assert [sample.credentials_sent for sample in samples] == [True, False]


def test_another_certificate_in_the_same_file_is_taken_up_by_the_next_run(tmp_path: Path) -> None:
    """As cert-manager rotates them."""
    shown = certificate(tmp_path, "ada")
    with service(tmp_path) as (running, trust):
        target = make_target(running.url, certificate=shown, **trust)
        send(target, [make_probe()])
        renewed = certificate(tmp_path, "bob")
        Path(renewed.certificate).replace(shown.certificate)
        Path(renewed.key).replace(shown.key)
        send(target, [make_probe()])
    assert [visit.user for visit in running.visits] == ["ada", "bob"]


def _without_key(shown: ClientCertificate, _: Path) -> ClientCertificate:
    Path(shown.key).unlink()
    return shown


def _of_another(shown: ClientCertificate, folder: Path) -> ClientCertificate:
    return ClientCertificate(shown.certificate, certificate(folder, "bob").key, shown.password)


def _with_password(password: str) -> Any:
    return lambda shown, folder: ClientCertificate(shown.certificate, shown.key, Secret(password))  # noqa: ARG005


def _garbled(shown: ClientCertificate, _: Path) -> ClientCertificate:
    Path(shown.certificate).write_text("-----BEGIN CERTIFICATE-----\nplanted\n-----END CERTIFICATE-----\n")
    return shown


FLAWS = {
    "a key that is not there": (_without_key, "cannot be read (no such file or directory)"),
    "a key of another": (_of_another, "that is not the certificate's"),
    "a wrong password": (_with_password("planted-wrong"), "that cannot be read"),
    "no password": (_with_password(""), "that cannot be read"),
    "a password beyond all measure": (_with_password("planted" * 1000), "too long"),
    "a text that is no certificate": (_garbled, "that cannot be read"),
}


@pytest.mark.parametrize("name", FLAWS)
def test_what_cannot_be_shown_is_a_mistake_of_the_settings(tmp_path: Path, name: str) -> None:
    """It is told before anything is sent, by file and remedy; never asked for at a terminal, and no password shown."""
    flaw, words = FLAWS[name]
    with service(tmp_path) as (running, trust):
        shown = flaw(certificate(tmp_path, "ada", password=PASSWORD), tmp_path)
        target = make_target(running.url, certificate=shown, **trust)
        with pytest.raises(SettingsError) as refused:
            send(target, [make_probe()])
        assert running.visits == []
    (mistake,) = refused.value.mistakes
    assert mistake.where == "client certificate of users"
    assert words in mistake.found
    assert mistake.remedy
    told = "".join(traceback.format_exception(refused.value)) + f"{target} {shown}"
    assert "planted" not in told
