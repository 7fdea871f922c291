"""Settings of one provider: where its mocks and its real service are, who asks, and who believes the mocks."""

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.policy import ProbingPolicy, Usage
from driftwatch.model.probe import Tier
from driftwatch.settings.credentials import AUTH, HEADER_NAME, NO_AUTH, AuthSettings
from driftwatch.settings.deploys import DEPLOYMENT
from driftwatch.settings.forms import MockPaths, Number, Target, Text, Trust, Truth, choice_of
from driftwatch.settings.headers import HeaderValue
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings, ProductionProbing, probing_policy
from driftwatch.settings.reference import Referenced
from driftwatch.settings.sections import Inheriting, Named, Section, Several
from driftwatch.settings.service import RouteSettings, ScheduleSettings

_VARIABLE_NAME: Final = Text(
    r"^[A-Za-z_][A-Za-z0-9_.-]{0,99}$",
    "A variable's name begins with a letter and goes on with letters, digits, `_`, `.` or `-`.",
)
_POINTER: Final = Text(
    r"^(/([^~/]|~[01])*)*$", "Write a JSON Pointer, such as `/items/*/price`; `*` stands for every item."
)
_VARIABLE: Final = Text(
    r"^(?!.*\$\{)", "Write a text; references are read below `auth` and `headers` only.", is_quoted=False
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
            probing_policy(self.probing),
            tiers=frozenset({Tier.SAFE}),
            samples=gentle.samples,
            spacing=gentle.spacing_seconds,
            declared_safe=(),
        )
