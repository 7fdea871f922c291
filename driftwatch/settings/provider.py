"""Settings of one provider: where its mocks and its real service are, who asks, and who believes the mocks."""

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.address import Network
from driftwatch.model.cadence import Cadence
from driftwatch.model.identity import Identities
from driftwatch.model.policy import ProbingPolicy, Usage
from driftwatch.model.probe import Tier
from driftwatch.model.production_host import host_of, plain_host
from driftwatch.settings.credentials import AUTH, HEADER_NAME, NO_AUTH, AuthSettings, CertificateSettings
from driftwatch.settings.deploys import DEPLOYMENT
from driftwatch.settings.evidence import EvidenceSettings
from driftwatch.settings.forms import MockPaths, Number, Target, Text, Trust, Truth, choice_of
from driftwatch.settings.headers import HeaderValue
from driftwatch.settings.identities import (
    BINDINGS,
    IDENTITIES,
    LENS,
    BindingSettings,
    IdentitySettings,
    identities_of,
)
from driftwatch.settings.journeys import Journeys, WrittenJourneys
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings, ProductionProbing, probing_policy
from driftwatch.settings.reference import Referenced
from driftwatch.settings.rollouts import RolloutSettings
from driftwatch.settings.sections import Inheriting, Named, Section, Several
from driftwatch.settings.service import RouteSettings, ScheduleSettings
from driftwatch.settings.variables import VARIABLE_NAME, DataFile, DataFiles, VariableValue, values_of
from driftwatch.settings.ways import NETWORKS, Place, ProxyForm

_POINTER: Final = Text(
    r"^(/([^~/]|~[01])*)*$", "Write a JSON Pointer, such as `/items/*/price`; `*` stands for every item."
)


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
    usage_from_tests: Annotated[
        bool, Truth(),
        "Its tests tell the same where `usage` does not: a member that none of them reads weighs less, one that some "
        "read without a default more. They tell by `pytest --driftwatch --driftwatch-reads` and `driftwatch tests "
        "import`.",
    ] = False  # fmt: skip


class ProductionSettings(Struct, frozen=True, kw_only=True):
    """Where the service is live: a witness that tells which of mock and staging is alone."""

    target: Annotated[
        str, Target(), "The base URL of production. This very host is asked and no other; only safe requests are sent."
    ]
    auth: Annotated[
        AuthSettings, AUTH, "The credentials of the audit there; those for staging are never sent to production."
    ] = NO_AUTH
    client_certificate: Annotated[
        CertificateSettings | None, Section(CertificateSettings),
        "The certificate that the audit shows there (mTLS), beside `auth`.",
    ] = None  # fmt: skip
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
        AuthSettings, AUTH,
        "The credentials of the audit: `none`, or one of `api_key`, `basic`, `bearer`, `headers` and `oauth2`.",
    ] = NO_AUTH  # fmt: skip
    client_certificate: Annotated[
        CertificateSettings | None, Section(CertificateSettings),
        "The certificate that the audit shows (mTLS), beside `auth`.",
    ] = None  # fmt: skip
    identities: Annotated[
        Mapping[str, IdentitySettings], IDENTITIES,
        "Others as whom it may be asked, each by a name of your own.",
    ] = field(default_factory=dict)  # fmt: skip
    identity: Annotated[
        tuple[BindingSettings, ...], BINDINGS,
        "Whose view the mocks show that is not that of `auth`; the last that fits a mock counts.",
    ] = ()  # fmt: skip
    lens: Annotated[
        tuple[str, ...], LENS,
        "As whom every safe mock is asked beside its own identity: names of `identities`, and `none`.",
    ] = ()  # fmt: skip
    headers: Annotated[
        Mapping[str, Referenced], Named(HeaderValue(), HEADER_NAME),
        "Headers of every request; `${env:NAME}` and `${file:PATH}` are looked up.",
    ] = field(default_factory=dict)  # fmt: skip
    variables: Annotated[
        Mapping[str, Referenced], Named(VariableValue(), VARIABLE_NAME),
        "Values for the variables of paths, queries and templates, so that a request can be made; `${env:NAME}` and "
        "`${file:PATH}` are looked up.",
    ] = field(default_factory=dict)  # fmt: skip
    data: Annotated[
        tuple[DataFile, ...], DataFiles(),
        "CSV or JSON files with more of them, by column or member: of each the first row without a gap.",
    ] = ()  # fmt: skip
    discover: Annotated[
        bool, Truth(),
        "Identifiers that nobody knows are taken from a list call of the same collection, anew in each run.",
    ] = False  # fmt: skip
    journeys: Annotated[
        WrittenJourneys, Journeys(),
        "Ordered requests that use what earlier ones were answered: a list, or the path or glob of files with lists.",
    ] = WrittenJourneys()  # fmt: skip
    probing: Annotated[
        ProbingSettings, Inheriting(ProbingSettings, "probing"), "What differs from `probing` at the top for this one."
    ] = field(default_factory=ProbingSettings)
    consumer: Annotated[
        ConsumerSettings, Section(ConsumerSettings), "What is known of the team that believes the mocks."
    ] = field(default_factory=ConsumerSettings)
    verify: Annotated[
        WrittenPath | None, Trust(), "Whose certificates to trust: `true` for the usual authorities, or a PEM file."
    ] = None
    proxy: Annotated[
        Referenced | None, ProxyForm(), "What differs from `proxy` at the top for this one and its production."
    ] = None
    connect_to: Annotated[
        str, Place(),
        "Where connections go in place of the target's host, as to a forwarded port; name and certificate stay.",
    ] = ""  # fmt: skip
    allow_addresses: Annotated[
        tuple[Network, ...], NETWORKS,
        "Loopback and link-local addresses that its name may resolve to; written as the host itself, they need not be.",
    ] = ()  # fmt: skip
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
    evidence: Annotated[
        EvidenceSettings | None, Section(EvidenceSettings),
        "Recordings of its real traffic, which stand for it where nothing is asked; left out, there are none.",
    ] = None  # fmt: skip
    rollout: Annotated[
        RolloutSettings | None, Section(RolloutSettings),
        "How two versions of it are told apart while one replaces the other; left out, nothing is asked for that.",
    ] = None  # fmt: skip

    def known_values(self) -> dict[str, str]:
        """All values for variables, by name."""
        return values_of(self.variables, self.data)

    def cadence(self) -> Cadence:
        """When its audits begin."""
        return replace(self.schedule.cadence(), quiet=self.probing.quiet(self.schedule.time_zone))

    def who(self) -> Identities:
        """Who asks for which mock, in terms of the domain."""
        return identities_of(self.identities, self.identity, self.lens)

    def production_probing(self) -> ProbingPolicy | None:
        """Which requests production may get: safe methods alone, minus all that staging must not get; else ``None``."""
        if self.production is None:
            return None
        gentle = self.production.probing
        return replace(
            probing_policy(self.probing),
            tiers=frozenset({Tier.SAFE}),
            samples=gentle.samples,
            spacing=gentle.spacing_seconds,
            declared_safe=(),
            consents=(),
            is_production=True,
            behaviours=frozenset(),
            latency_samples=0,
        )

    def staging_probing(self) -> ProbingPolicy:
        """Which requests its staging may get, and as whom."""
        hosts = map(plain_host, self.probing.production_hosts)
        is_production = plain_host(host_of(self.target)) in hosts
        return replace(probing_policy(self.probing), identities=self.who(), is_production=is_production)
