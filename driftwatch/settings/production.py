"""Production is never audited as if it were staging, unless somebody names that very host."""

from collections.abc import Iterator

from driftwatch.model.production_host import host_of, is_same_host, plain_host, says_production
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import quote

REMEDY = (
    "Write the base URL of staging. If production is meant, name this very host below `probing.production_hosts`: "
    "then only what changes nothing is sent there."
)


def check_production_hosts(top: Spot) -> None:
    """A target must not be where a provider is live, as its config or its name says; consent never holds there."""
    providers = _members(top, "providers")
    everywhere = list(_hosts(top))
    live = [(name, one) for name, provider in providers.items() if (one := _live(provider)) is not None]
    for provider in providers.values():
        target = provider.members().get("target")
        if target is None or not host_of(target.text):
            continue
        host = plain_host(host_of(target.text))
        if host in map(plain_host, (*everywhere, *_hosts(provider))):
            _check_consent(provider, host)
        elif told := _says(target.text, host, live):
            target.complain(told, REMEDY)


def _says(target: str, host: str, live: list[tuple[str, str]]) -> str:
    """What tells that it is production; empty if nothing does."""
    for name, url in live:
        if is_same_host(target, url) and target.rstrip("/").lower() != url.rstrip("/").lower():
            return f"found the host {quote(host)}, where {name} is live (`production.target`)"
    return f"found the host {quote(host)}, whose name says production" if says_production(host) else ""


def _check_consent(provider: Spot, host: str) -> None:
    probing = provider.members().get("probing")
    consent = probing.members().get("consent") if probing is not None else None
    if consent is not None and consent.node.children:
        consent.complain(
            f"found consent to requests that change {quote(host)}, which is production",
            "Leave it out: whatever is consented to is sent to staging alone.",
        )


def _live(provider: Spot) -> str | None:
    target = _members(provider, "production").get("target")
    return target.text if target is not None else None


def _hosts(spot: Spot) -> Iterator[str]:
    hosts = _members(spot, "probing").get("production_hosts")
    yield from (one.text for _, one in hosts.children()) if hosts is not None else ()


def _members(spot: Spot, name: str) -> dict[str, Spot]:
    below = spot.members().get(name)
    return dict(below.members()) if below is not None else {}
