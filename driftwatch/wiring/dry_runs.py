"""A dry run, put together: settings in, every request that would be sent out. No socket is opened.

The settings that requests are made from hold no secret: where one is referred to, a word stands that nothing else is,
and beside it what a shell would write to look the same thing up.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import fields, replace

from driftwatch import __version__
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Probe, Purpose, Stage, Way
from driftwatch.model.secret import Secret
from driftwatch.model.shard import WHOLE, Shard
from driftwatch.model.spoken import Foreseen, Foresight
from driftwatch.probes.safety import tier_of
from driftwatch.settings.credentials import BearerAuth, OAuth2Auth
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.reference import Referenced
from driftwatch.settings.show import digest
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.question import user_agent
from driftwatch.transport.spoken import speak
from driftwatch.transport.target import Refusal, Target
from driftwatch.usecases.assignment import Run
from driftwatch.usecases.dry_run import foresee
from driftwatch.wiring.audits import live_target, provider_of, target_of
from driftwatch.wiring.mocks import mocks_of

_REFERENCE: Final = re.compile(r"\$\{(?:env:(?P<env>[A-Za-z_][A-Za-z0-9_]*)|file:(?P<file>[^${}]+))\}")
_KEPT: Final = frozenset({"auth", "oauth2"})
"""Settings that are called by what they stand below."""
_UNNAMED: Final = re.compile(r"[^A-Z0-9]+")
_PURPOSES: Final = {
    Purpose.BEHAVIOUR: "how the service behaves",
    Purpose.CLAIM: "a mock's own request",
    Purpose.UNKNOWN_ROUTE: "a route that surely does not exist",
    Purpose.VIEW: "what another identity sees",
}
_WAYS: Final = {
    Way.TOGETHER: "two of them at the same moment, each over a connection of its own",
    Way.CUT: "the connection of the first is closed before its answer",
}


def dry_run(settings: Settings, providers: Iterable[str], folder: Path, shard: Shard = WHOLE) -> tuple[Foresight, ...]:
    """What an audit of these providers would send; relative files of credentials start at ``folder``."""
    chosen = {name: settings.providers[name] for name in providers}
    run = Run(secrets.token_hex(6), __version__, digest(settings), settings.suppressions, is_whole=False)
    veils = {name: _Veil(name, folder) for name in chosen}
    veiled = replace(settings, providers={name: veils[name].over(one) for name, one in chosen.items()})
    team = [provider_of(veiled, name, mocks_of(settings, name).source) for name in chosen]
    asked, withheld = foresee(team, SystemClock(), run, shard)
    told = []
    for name, provider in veiled.providers.items():
        targets = {name: target_of(name, veiled)}
        targets |= {live.name: live for live in live_target(name, veiled)}
        policy = veiled.policy_for(name).probing
        requests = tuple(_foreseen(one, targets, policy, user_agent(run.id)) for one in asked if one.provider == name)
        told.append(
            Foresight(
                name, provider.target, requests, tuple(withheld.get(name, ())),
                (*_notes(chosen[name]), *veils[name].notes),
                veils[name].places,
            )
        )  # fmt: skip
    return tuple(told)


def _foreseen(probe: Probe, targets: Mapping[str, Target], policy: ProbingPolicy, agent: str) -> Foreseen:
    request = probe.request
    tier, _ = tier_of(request, policy)
    origin = str(probe.claims[0].interactions[0].origin) if probe.claims else ""
    reasons = [_WAYS[probe.way]] if probe.way in _WAYS else []
    texts = (request.target, (request.body or b"").decode("utf-8", "replace"), *(value for _, value in request.headers))
    if any("{{" in text or "%7B%7B" in text for text in texts):
        reasons.append("{{…}} stands for what an earlier answer tells")
    try:
        spoken = speak(probe, targets[probe.lane], agent)
    except Refusal as refusal:
        return Foreseen(None, tier, _purpose(probe), probe.samples, probe.identity, origin, str(refusal))
    return Foreseen(spoken, tier, _purpose(probe), probe.samples, probe.identity, origin, "; ".join(reasons))


def _purpose(probe: Probe) -> str:
    if probe.stage is Stage.PRODUCTION:
        return "a witness of production"
    if probe.session:
        return "a step of a journey"
    if probe.purpose is Purpose.CLAIM and not probe.claims:
        return "a list of what there is"
    return _PURPOSES.get(probe.purpose, probe.purpose.value)


def _notes(provider: ProviderSettings) -> Iterable[str]:
    if getattr(provider, "discover", False):
        yield "Records that a list call tells of are asked for as well; which, nobody knows before it is sent."
    if provider.proxy is not None:
        yield "An audit goes through the proxy of the config; give it to curl with --proxy."
    if provider.client_certificate is not None:
        yield "An audit shows a client certificate; give it to curl with --cert and --key."


class _Veil(Struct):
    """Hides the secrets of one provider's settings."""

    provider: str
    folder: Path
    places: dict[str, str] = field(default_factory=dict)
    """What stands in their place, and the shell's words for it."""
    notes: list[str] = field(default_factory=list)

    def over(self, provider: ProviderSettings) -> ProviderSettings:
        """The same settings without any secret; nothing in them asks for a token."""
        veiled: ProviderSettings = self._over(provider, "")
        return replace(veiled, proxy=None)

    def _over(self, value: Any, name: str) -> Any:
        match value:
            case Referenced():
                return self._instead_of(value.written, self._words(value.written))
            case OAuth2Auth():
                words = self._token(name)
                self.notes.append(f"{words} stands for a token that {value.token_url} gives; nobody asked it for one.")
                return BearerAuth(token=self._instead_of(words, words))
            case Struct():
                parts = {one.name: getattr(value, one.name) for one in fields(value)}
                veiled = {part: self._over(inner, name if part in _KEPT else part) for part, inner in parts.items()}
                return replace(value, **{part: inner for part, inner in veiled.items() if inner is not parts[part]})
            case dict():
                return {key: self._over(inner, str(key)) for key, inner in value.items()}
            case tuple():
                return tuple(self._over(inner, name) for inner in value)
        return value

    def _instead_of(self, written: str, words: str) -> Referenced:
        place = f"driftwatch0{len(self.places)}0{secrets.token_hex(4)}"
        self.places[place] = words
        return Referenced(written, Secret(place))

    def _words(self, written: str) -> str:
        """For inside double quotes of a shell."""
        parts, end = [], 0
        for found in _REFERENCE.finditer(written):
            parts += [_escaped(written[end : found.start()]), self._lookup(found)]
            end = found.end()
        return "".join([*parts, _escaped(written[end:])])

    def _lookup(self, found: re.Match[str]) -> str:
        if found["env"] is not None:
            return f"${{{found['env']}}}"
        path = str(self.folder / found["file"]).replace("'", "'\\''")
        return f"$(cat '{path}')"

    def _token(self, identity: str) -> str:
        names = [self.provider, identity] if identity else [self.provider]
        return f"${{DRIFTWATCH_{_UNNAMED.sub('_', '_'.join(names).upper())}_TOKEN}}"


def _escaped(text: str) -> str:
    return re.sub(r'(["$`\\])', r"\\\1", text)
