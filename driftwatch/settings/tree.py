"""All settings: each field with the form it is written in and the sentence that explains it.

A setting is declared in one place, here or in the file of its section. The JSON Schema, the checks, ``config show`` and
the test that holds the sample to the code are made from it. A field named here is a key in the config.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Struct, field

from driftwatch.model.finding import Severity
from driftwatch.model.policy import Consumer, Override, Policy
from driftwatch.model.suppression import Suppression
from driftwatch.settings.deploys import DEPLOYS, DeploysSettings
from driftwatch.settings.forms import Choice, Size, Text, Truth, Whole, choice_of
from driftwatch.settings.guards import GUARD_NAME, GuardSettings
from driftwatch.settings.incident_folder import IncidentFolder
from driftwatch.settings.notify import NotifySettings
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import MIB, ProbingDefaults
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.redact import RedactSettings
from driftwatch.settings.reference import Referenced
from driftwatch.settings.sections import Named, Section, Several
from driftwatch.settings.service import DaemonSettings, MetricsSettings, ScheduleSettings, WebSettings
from driftwatch.settings.store import DEFAULT, StoreForm, StorePlace
from driftwatch.settings.suppressions import Suppressions
from driftwatch.settings.tests import TestsSettings
from driftwatch.settings.texts import KIND, PROVIDER_OR_ALL
from driftwatch.settings.ways import NO_PROXY, ProxyForm

_PROVIDER_NAME: Final = Text(
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
    "A provider's name begins with a letter or digit and goes on with these, `.`, `_` or `-`, up to 63 in all.",
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
    proxy: Annotated[
        Referenced, ProxyForm(),
        "The HTTP proxy that all requests go through; variables of the environment are not asked. By default `none`.",
    ] = NO_PROXY  # fmt: skip
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
    redact: Annotated[
        RedactSettings, Section(RedactSettings),
        "What may go from a real answer into a file, beside what is known to be secret, personal or alive.",
    ] = field(default_factory=RedactSettings)  # fmt: skip
    guards: Annotated[
        Mapping[str, GuardSettings], Named(Section(GuardSettings), GUARD_NAME),
        "Assumptions that broke once, each guarded by a mock; `driftwatch record --guard` adds one.",
    ] = field(default_factory=dict)  # fmt: skip
    incidents: Annotated[
        WrittenPath | None, IncidentFolder(),
        "The folder of the team's incidents. Named here, every audit tells of them in metrics; `driftwatch incident` "
        "looks into `incidents` beside the config anyway.",
    ] = None  # fmt: skip
    tests: Annotated[
        TestsSettings, Section(TestsSettings), "What is said of tests that rest on mocks (`driftwatch tests`)."
    ] = field(default_factory=TestsSettings)
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
            probing=chosen.staging_probing(),
            consumer=Consumer(chosen.consumer.strict, chosen.consumer.usage, chosen.consumer.timeout_ms),
            profile=self.policy.profile,
            overrides=tuple(overrides),
        )


SETTINGS: Final = Section(Settings)
"""The form of a whole config."""
