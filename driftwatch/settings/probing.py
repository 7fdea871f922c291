"""Settings of asking: which requests are sent to a service, how often and how fast."""

from typing import Annotated, Final

from msgspec import Struct, field

from driftwatch.model.policy import DENY_WORDS, Behaviour, ProbingPolicy
from driftwatch.model.probe import Tier
from driftwatch.settings.consent import CONSENTS, ConsentSettings
from driftwatch.settings.forms import Number, Seconds, Size, Text, Whole, choice_of
from driftwatch.settings.manners import ANY_OPERATION, Manners
from driftwatch.settings.sections import Joining, Section, Several

MIB: Final = 1024**2

OPERATION: Final = Text(
    r"^[A-Z]+ /\S*$", "Write a method in capitals, a space and a path or glob with a leading slash: `POST /search/*`."
)
_WORD: Final = Text(r"^[a-z0-9]+(-[a-z0-9]+)*$", "Write words in small letters, such as `purge` or `clear-cache`.")
_HOST: Final = Text(
    r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$",
    "Write the whole name of one host, such as `api.example.com`: no glob, no port, no scheme.",
)


class Timeout(Struct, frozen=True, kw_only=True):
    """How long to wait for a service."""

    connect: Annotated[float, Seconds(), "Seconds until the connection must stand."] = 5.0
    read: Annotated[float, Seconds(), "Seconds of silence until an answer is given up."] = 10.0
    total: Annotated[float, Seconds(), "Seconds until the whole answer must be there, however it drips."] = 30.0


class GeneralProbing(Manners, frozen=True, kw_only=True):
    """Which requests are sent, how often and how fast, as it may hold for several providers."""

    samples: Annotated[int, Whole(1, 100), "How often each request is sent in one run."] = 3
    spacing_seconds: Annotated[
        float, Seconds(allows_zero=True),
        "Seconds before the last sample, so that a time stamp of whole seconds is seen to move.",
    ] = 1.1  # fmt: skip
    concurrency: Annotated[int, Whole(1, 256), "Requests in flight at one host at the same time."] = 1
    rate: Annotated[float, Number(10_000), "Requests per second to one host, at most."] = 10.0
    budget: Annotated[int, Whole(1, 10_000_000), "Requests to one provider in one run, at most."] = 10_000
    timeout: Annotated[Timeout, Section(Timeout), "How long to wait for an answer."] = field(default_factory=Timeout)
    body_limit: Annotated[
        int, Size(1024 * MIB), "The longest answer that is read, decoded; a longer one is cut and not judged."
    ] = 8 * MIB
    deny_words: Annotated[
        tuple[str, ...], Joining(_WORD),
        "Words in a path or query that keep even a GET from being sent; these join the built-in ones.",
    ] = DENY_WORDS  # fmt: skip
    declared_safe: Annotated[
        tuple[str, ...], Joining(OPERATION),
        "Your consent: requests that only read although their method does not say so, as method and path glob.",
    ] = ()  # fmt: skip
    never: Annotated[
        tuple[str, ...],
        Joining(ANY_OPERATION),
        "Requests that are never sent, as method and path glob; it overrules all.",
    ] = ()
    production_hosts: Annotated[
        tuple[str, ...], Joining(_HOST),
        "Hosts that are production and may be a `target` all the same, each by its exact name; none is ever changed.",
    ] = ()  # fmt: skip
    behaviours: Annotated[
        tuple[Behaviour, ...], Several(choice_of(Behaviour)),
        "What is asked beyond the mocks' own requests: how missing records, unchanged and packed answers and broken "
        "bodies are treated.",
    ] = ()  # fmt: skip
    latency_samples: Annotated[
        int | None, Whole(5, 100),
        "How often safe requests are sent at least, so that their times are a distribution: 20 for a percentile.",
    ] = None  # fmt: skip


class ProbingSettings(GeneralProbing, frozen=True, kw_only=True):
    """Which requests are sent to one provider, how often and how fast."""

    consent: Annotated[
        tuple[ConsentSettings, ...], CONSENTS,
        "Your consent to requests that change the service: each for one interaction, with sandbox and clean-up.",
    ] = ()  # fmt: skip


class ProbingDefaults(GeneralProbing, frozen=True, kw_only=True):
    """What holds for every provider that does not say otherwise, and what is shared by all."""

    workers: Annotated[int, Whole(1, 256), "Requests in flight at all hosts together."] = 32
    total_rate: Annotated[
        float | None, Number(10_000), "Requests per second to all hosts together, at most; left out, any number."
    ] = None


class ProductionProbing(Struct, frozen=True, kw_only=True):
    """How gently production is asked: safe requests only, whatever is consented to elsewhere."""

    samples: Annotated[int, Whole(1, 100), "How often each request is sent in one run."] = 2
    spacing_seconds: Annotated[float, Seconds(allows_zero=True), "Seconds before the last sample."] = 1.1
    rate: Annotated[float, Number(10_000), "Requests per second, at most."] = 1.0
    budget: Annotated[
        int, Whole(1, 10_000_000),
        "Requests in one run, at most; what staging already parts from the mock in is asked first.",
    ] = 200  # fmt: skip
    daily_budget: Annotated[
        int | None, Whole(1, 100_000_000), "Requests in one day (UTC), at most, over all runs that share the store."
    ] = None
    timeout: Annotated[Timeout, Section(Timeout), "How long to wait for an answer."] = field(default_factory=Timeout)


def probing_policy(probing: ProbingSettings) -> ProbingPolicy:
    """What is declared safe is consented to in writing, so its tier is open as soon as something is declared."""
    consented = {Tier.DECLARED_SAFE} if probing.declared_safe else set()
    return ProbingPolicy(
        tiers=frozenset({Tier.SAFE}) | consented,
        samples=probing.samples,
        spacing=probing.spacing_seconds,
        deny_words=probing.deny_words,
        declared_safe=probing.declared_safe,
        never=probing.never,
        important=probing.important,
        consents=tuple(one.consent() for one in probing.consent),
        behaviours=frozenset(probing.behaviours),
        latency_samples=probing.latency_samples or 0,
    )
