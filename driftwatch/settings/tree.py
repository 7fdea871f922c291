"""All settings: each field with the form it is written in and the sentence that explains it.

This is the one place where a setting is declared. The JSON Schema, the checks, ``config show`` and the test that holds
the sample to the code are made from it. A field named here is a key in the config.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.policy import DENY_WORDS, Consumer, Override, Policy, ProbingPolicy, Usage
from driftwatch.model.probe import Tier
from driftwatch.model.suppression import Suppression
from driftwatch.settings.credentials import AUTH, HEADER_NAME, NO_AUTH, AuthSettings
from driftwatch.settings.deploys import DEPLOYMENT, DEPLOYS, DeploysSettings
from driftwatch.settings.forms import (
    Choice,
    MockPaths,
    Number,
    Seconds,
    Size,
    Target,
    Text,
    Trust,
    Truth,
    Whole,
    choice_of,
)
from driftwatch.settings.headers import HeaderValue
from driftwatch.settings.notify import NotifySettings
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.reference import Referenced
from driftwatch.settings.sections import Inheriting, Joining, Named, Section, Several
from driftwatch.settings.service import DaemonSettings, MetricsSettings, RouteSettings, ScheduleSettings, WebSettings
from driftwatch.settings.store import DEFAULT, StoreForm, StorePlace
from driftwatch.settings.suppressions import Suppressions
from driftwatch.settings.texts import KIND, PROVIDER_OR_ALL

MIB: Final = 1024**2

_PROVIDER_NAME: Final = Text(
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
    "A provider's name begins with a letter or digit and goes on with these, `.`, `_` or `-`, up to 63 in all.",
)
_VARIABLE_NAME: Final = Text(
    r"^[A-Za-z_][A-Za-z0-9_.-]{0,99}$",
    "A variable's name begins with a letter and goes on with letters, digits, `_`, `.` or `-`.",
)
_POINTER: Final = Text(
    r"^(/([^~/]|~[01])*)*$", "Write a JSON Pointer, such as `/items/*/price`; `*` stands for every item."
)
_ANY_OPERATION: Final = Text(
    r"^([A-Z]+|\*) /\S*$",
    "Write a method in capitals or `*`, a space and a path or glob with a leading slash: `* /admin/*`.",
)
_OPERATION: Final = Text(
    r"^[A-Z]+ /\S*$", "Write a method in capitals, a space and a path or glob with a leading slash: `POST /search/*`."
)
_WORD: Final = Text(r"^[a-z0-9]+(-[a-z0-9]+)*$", "Write words in small letters, such as `purge` or `clear-cache`.")
_VARIABLE: Final = Text(
    r"^(?!.*\$\{)", "Write a text; references are read below `auth` and `headers` only.", is_quoted=False
)


class Timeout(Struct, frozen=True, kw_only=True):
    """How long to wait for a service."""

    connect: Annotated[float, Seconds(), "Seconds until the connection must stand."] = 5.0
    read: Annotated[float, Seconds(), "Seconds of silence until an answer is given up."] = 10.0
    total: Annotated[float, Seconds(), "Seconds until the whole answer must be there, however it drips."] = 30.0


class ProbingSettings(Struct, frozen=True, kw_only=True):
    """Which requests are sent to one provider, how often and how fast."""

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
        tuple[str, ...], Joining(_OPERATION),
        "Your consent: requests that only read although their method does not say so, as method and path glob.",
    ] = ()  # fmt: skip
    never: Annotated[
        tuple[str, ...],
        Joining(_ANY_OPERATION),
        "Requests that are never sent, as method and path glob; it overrules all.",
    ] = ()


class ProbingDefaults(ProbingSettings, frozen=True, kw_only=True):
    """What holds for every provider that does not say otherwise, and what is shared by all."""

    workers: Annotated[int, Whole(1, 256), "Requests in flight at all hosts together."] = 32


class ConsumerSettings(Struct, frozen=True, kw_only=True):
    """What is known of the team that believes the mocks."""

    strict: Annotated[
        bool, Truth(), "Its deserialiser throws on unknown members, so that an added field breaks it."
    ] = False
    timeout_ms: Annotated[
        float | None, Number(3_600_000), "Its own time limit in milliseconds; slower answers are findings."
    ] = None
    usage: Annotated[
        Mapping[str, Usage], Named(choice_of(Usage), _POINTER),
        "What it does with a path of the answers: an `unused` one weighs less, a `critical` one more.",
    ] = field(default_factory=dict)  # fmt: skip


class ProductionProbing(Struct, frozen=True, kw_only=True):
    """How gently production is asked: safe requests only, whatever is consented to elsewhere."""

    samples: Annotated[int, Whole(1, 100), "How often each request is sent in one run."] = 2
    spacing_seconds: Annotated[float, Seconds(allows_zero=True), "Seconds before the last sample."] = 1.1
    rate: Annotated[float, Number(10_000), "Requests per second, at most."] = 1.0
    budget: Annotated[
        int, Whole(1, 10_000_000),
        "Requests in one run, at most; what staging already parts from the mock in is asked first.",
    ] = 200  # fmt: skip
    timeout: Annotated[Timeout, Section(Timeout), "How long to wait for an answer."] = field(default_factory=Timeout)


class ProductionSettings(Struct, frozen=True, kw_only=True):
    """Where the service is live: a witness that tells which of mock and staging is alone."""

    target: Annotated[
        str, Target(), "The base URL of production. This very host is asked and no other; only safe requests are sent."
    ]
    auth: Annotated[
        AuthSettings, AUTH, "The credentials of the audit there; those for staging are never sent to production."
    ] = NO_AUTH
    headers: Annotated[
        Mapping[str, Referenced], Named(HeaderValue(), HEADER_NAME),
        "Headers of every request there; those for staging are never sent to production.",
    ] = field(default_factory=dict)  # fmt: skip
    probing: Annotated[
        ProductionProbing, Section(ProductionProbing), "How gently it is asked, one request at a time."
    ] = field(default_factory=ProductionProbing)
    verify: Annotated[
        WrittenPath | None, Trust(), "Whose certificates to trust: `true` for the usual authorities, or a PEM file."
    ] = None


class ProviderSettings(Struct, frozen=True, kw_only=True):
    """One real service and the mocks that imitate it."""

    mocks: Annotated[
        tuple[WrittenPath, ...], MockPaths(), "Where its mocks are: a folder, a file or globs; formats are recognised."
    ]
    target: Annotated[str, Target(), "The base URL of the real service, as a rule its staging."]
    auth: Annotated[
        AuthSettings, AUTH, "The credentials of the audit: `none`, or one of `api_key`, `basic` and `bearer`."
    ] = NO_AUTH
    headers: Annotated[
        Mapping[str, Referenced], Named(HeaderValue(), HEADER_NAME),
        "Headers of every request; `${env:NAME}` and `${file:PATH}` are looked up.",
    ] = field(default_factory=dict)  # fmt: skip
    variables: Annotated[
        Mapping[str, str], Named(_VARIABLE, _VARIABLE_NAME),
        "Values for the variables of paths, queries and templates, so that a request can be made.",
    ] = field(default_factory=dict)  # fmt: skip
    probing: Annotated[
        ProbingSettings, Inheriting(ProbingSettings, "probing"), "What differs from `probing` at the top for this one."
    ] = field(default_factory=ProbingSettings)
    consumer: Annotated[
        ConsumerSettings, Section(ConsumerSettings), "What is known of the team that believes the mocks."
    ] = field(default_factory=ConsumerSettings)
    verify: Annotated[
        WrittenPath | None, Trust(), "Whose certificates to trust: `true` for the usual authorities, or a PEM file."
    ] = None
    production: Annotated[
        ProductionSettings | None, Section(ProductionSettings),
        "Where the service is live, asked beside staging; left out, production is never asked.",
    ] = None  # fmt: skip
    schedule: Annotated[
        ScheduleSettings,
        Inheriting(ScheduleSettings, "schedule"),
        "What differs from `schedule` at the top for this one.",
    ] = field(default_factory=ScheduleSettings)
    route: Annotated[RouteSettings, Section(RouteSettings), "Whose its mocks are."] = field(
        default_factory=RouteSettings
    )
    deployments: Annotated[
        tuple[str, ...], Several(DEPLOYMENT),
        "The Deployments it is made of, as `namespace/name` with globs; their rollouts are its own.",
    ] = ()  # fmt: skip

    def production_probing(self) -> ProbingPolicy | None:
        """Which requests production may get: safe methods alone, minus all that staging must not get; else ``None``."""
        if self.production is None:
            return None
        gentle = self.production.probing
        return replace(
            _probing_policy(self.probing),
            tiers=frozenset({Tier.SAFE}),
            samples=gentle.samples,
            spacing=gentle.spacing_seconds,
            declared_safe=(),
        )


class SeveritySetting(Struct, frozen=True, kw_only=True):
    """A severity of your own."""

    kind: Annotated[str, KIND, "The kind of finding, as reports name it."]
    severity: Annotated[Severity, choice_of(Severity), "What it shall be."]
    provider: Annotated[str, PROVIDER_OR_ALL, "Only for this provider; every one if left out."] = "*"
    path: Annotated[
        str, Text(r"^\S+$", "Write a path of a finding or a glob of such: `/items/*/price`, `header:*`."),
        "Only at places that match this glob; everywhere if left out.",
    ] = "*"  # fmt: skip


class PolicySettings(Struct, frozen=True, kw_only=True):
    """What deserves attention."""

    profile: Annotated[
        str, Choice({"default": "default", "strict": "strict"}),
        "`default`, or `strict`: what is occasionally absent or null is breaking too.",
    ] = "default"  # fmt: skip
    severities: Annotated[
        tuple[SeveritySetting, ...], Several(Section(SeveritySetting)),
        "Severities of your own by kind, provider and path; the last that fits counts.",
    ] = ()  # fmt: skip
    fail_on: Annotated[
        Severity | None, Choice({**{str(s): s for s in reversed(Severity)}, "never": None}),
        "The lowest severity with which an audit ends with exit code 1; `never` for a job that only reports.",
    ] = Severity.BREAKING  # fmt: skip


class Limits(Struct, frozen=True, kw_only=True):
    """How much of a mock file is read; files are strangers."""

    file_size: Annotated[
        int, Size(1024 * MIB), "The largest mock file that is read; above 64 MiB only recordings are."
    ] = 256 * MIB
    depth: Annotated[int, Whole(1, 512), "The deepest nesting of a mock file that is read."] = 200


class Settings(Struct, frozen=True, kw_only=True):
    """What the operator decided, checked and looked up."""

    providers: Annotated[
        Mapping[str, ProviderSettings], Named(Section(ProviderSettings), _PROVIDER_NAME, least=1),
        "The real services, each by its name with the mocks that imitate it.",
    ]  # fmt: skip
    probing: Annotated[
        ProbingDefaults, Section(ProbingDefaults), "Which requests are sent, how often and how fast, for all providers."
    ] = field(default_factory=ProbingDefaults)
    schedule: Annotated[
        ScheduleSettings, Section(ScheduleSettings), "When `driftwatch serve` audits, for all providers."
    ] = field(default_factory=ScheduleSettings)
    daemon: Annotated[DaemonSettings, Section(DaemonSettings), "How `driftwatch serve` works."] = field(
        default_factory=DaemonSettings
    )
    web: Annotated[WebSettings, Section(WebSettings), "Where `driftwatch serve` shows metrics, health and pages."] = (
        field(default_factory=WebSettings)
    )
    metrics: Annotated[MetricsSettings, Section(MetricsSettings), "How much is told in metrics."] = field(
        default_factory=MetricsSettings
    )
    notify: Annotated[
        NotifySettings | None, Section(NotifySettings), "Who is told when something changes; left out, nobody is."
    ] = None
    deploys: Annotated[
        DeploysSettings, DEPLOYS, "How rollouts of providers are learnt of, and what is done after one."
    ] = field(default_factory=DeploysSettings)
    policy: Annotated[PolicySettings, Section(PolicySettings), "What deserves attention."] = field(
        default_factory=PolicySettings
    )
    suppressions: Annotated[
        tuple[Suppression, ...], Suppressions(),
        "What you decided not to be told of for a while: a list, or the path of a file that holds the list.",
    ] = ()  # fmt: skip
    store: Annotated[
        StorePlace, StoreForm(),
        "Where the memory of audits rests: a file, the URL of a PostgreSQL, or `none`; never a body, never a secret.",
    ] = DEFAULT  # fmt: skip
    retention_days: Annotated[int, Whole(1, 3650), "How many days runs, scores and ended findings are remembered."] = 30
    limits: Annotated[Limits, Section(Limits), "How much of a mock file is read."] = field(default_factory=Limits)
    global_templating: Annotated[
        bool, Truth(), "WireMock runs with --global-response-templating, which its files do not tell."
    ] = False

    def policy_for(self, provider: str) -> Policy:
        """What ``plan`` and ``judge`` need to know about one provider.

        Raises ``KeyError`` if no provider has that name.
        """
        chosen = self.providers[provider]
        overrides = (Override(s.kind, s.severity, s.provider, s.path) for s in self.policy.severities)
        return Policy(
            probing=_probing_policy(chosen.probing),
            consumer=Consumer(chosen.consumer.strict, chosen.consumer.usage, chosen.consumer.timeout_ms),
            profile=self.policy.profile,
            overrides=tuple(overrides),
        )


SETTINGS: Final = Section(Settings)
"""The form of a whole config."""


def _probing_policy(probing: ProbingSettings) -> ProbingPolicy:
    """What is declared safe is consented to in writing, so its tier is open as soon as something is declared."""
    consented = {Tier.DECLARED_SAFE} if probing.declared_safe else set()
    return ProbingPolicy(
        tiers=frozenset({Tier.SAFE}) | consented,
        samples=probing.samples,
        spacing=probing.spacing_seconds,
        deny_words=probing.deny_words,
        declared_safe=probing.declared_safe,
        never=probing.never,
    )
