"""Settings → the domain's ``Policy``."""

import re

import pytest

from driftwatch.model.finding import Severity
from driftwatch.model.policy import Consumer, Override, Usage
from driftwatch.model.probe import Tier
from driftwatch.settings.load import load
from tests.settings.gold import ENVIRONMENT, FOLDER


def test_policy_holds_what_was_decided() -> None:
    """Consumer, profile and severities arrive as they were written, in their order."""
    settings = load(FOLDER / "good" / "policy-and-consumer.yaml", ENVIRONMENT)
    policy = settings.policy_for("payments")
    assert policy.profile == "strict"
    assert policy.consumer == Consumer(
        True, {"/amount/value": Usage.CRITICAL, "/items/*/a~1b": Usage.UNUSED}, 1500.0
    )  # fmt: skip
    assert policy.overrides == (
        Override("field-added", Severity.BREAKING, "pay*", "/amount/*"), Override("field-missing", Severity.INFO),
    )  # fmt: skip
    assert settings.policy.fail_on is None


def test_policy_is_the_provider_s() -> None:
    """Each provider is probed by its own rules."""
    settings = load(FOLDER / "good" / "provider-differs.yaml", ENVIRONMENT)
    assert settings.policy_for("plain").probing.samples == 4
    assert settings.policy_for("other").probing.samples == 7
    assert settings.policy_for("other").probing.never == ("* /admin/*", "GET /export")


def test_declaring_something_safe_opens_its_tier() -> None:
    """Without consent in writing only safe requests are open."""
    sample = FOLDER.parent.parent / "config" / "driftwatch.yaml"
    names = re.findall(r"\$\{env:(\w+)\}", sample.read_text(encoding="utf-8"))
    environment = dict.fromkeys(names, "x") | {"PROMETHEUS_PASSWORD_HASH": ENVIRONMENT["HASH"]}
    consented = load(sample, environment).policy_for("search").probing
    plain = load(FOLDER / "good" / "smallest.yaml", {}).policy_for("payments").probing
    assert plain.tiers == {Tier.SAFE}
    assert consented.tiers == {Tier.SAFE, Tier.DECLARED_SAFE}
    assert consented.declared_safe == ("POST /graphql", "POST /search")


def test_unknown_provider_is_our_own_mistake() -> None:
    """Asking for a provider that is not there is no silent default."""
    with pytest.raises(KeyError):
        load(FOLDER / "good" / "smallest.yaml", {}).policy_for("orders")


def test_production_is_asked_for_safe_things_alone() -> None:
    """Consent for staging is no consent for production; what must never be sent is not sent there either."""
    settings = load(FOLDER / "good" / "production-beside-staging.yaml", ENVIRONMENT)
    probing = settings.providers["payments"].production_probing()
    assert probing is not None
    assert probing.tiers == {Tier.SAFE}
    assert not probing.declared_safe
    assert probing.never == ("GET /payments/export*",)
    assert probing.samples == 2
