"""Hand-made summaries, each a situation that a report has to tell well, and the small parts they are made of."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from driftwatch.model.agreement import Agreement, InProduction, Stands
from driftwatch.model.finding import Category, Direction, Explained, Finding, Prevalence, Severity
from driftwatch.model.guard import MISSING, Guard, Guarded
from driftwatch.model.interaction import Expectation, Ignored, Interaction, Origin, Request, Unreadable
from driftwatch.model.journey import Trouble
from driftwatch.model.rollout import Beginning, Rollout, Source
from driftwatch.model.score import AspectScore, Cap, Loss, Score, ScoreAspect, Unseen
from driftwatch.model.secret import Secret
from driftwatch.model.summary import Canary, IncidentMark, ProductionSummary, ProviderSummary, Result, Summary, Verdict
from driftwatch.model.suppression import Fate, Reviewed, Suppression
from driftwatch.model.traffic import Medium, RestsOn

STARTED: Final = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)
CAUGHT: Final = Canary(planted=2, caught=2)
PASSWORD: Final = Secret("correct-horse-battery-staple")


ROLLOUT: Final = Rollout(
    "payments", "shop/payments", "1.42.0", datetime(2026, 3, 13, 22, 30, tzinfo=UTC), Source.KUBERNETES, "7.0b6f4a52",
    "https://ci.example.com/builds/421",
)  # fmt: skip
BEGAN_WITH: Final = Beginning(
    datetime(2026, 3, 13, tzinfo=UTC), datetime(2026, 3, 14, tzinfo=UTC), ROLLOUT, others=2
)  # fmt: skip


def an_interaction(
    mock_id: str = "charge", target: str = "GET /v1/charges/{id}", file: str = "mappings/charge.json", line: int = 3,
    provider: str = "payments",
) -> Interaction:  # fmt: skip
    """A stub that answers one request with 200."""
    method, _, template = target.partition(" ")
    request = Request(method=method, path=template.replace("{id}", "42"), path_template=template)
    return Interaction(
        mock_id=mock_id, format="wiremock", origin=Origin(file, "", line), request=request,
        variants=(Expectation(200),), group=mock_id, provider=provider,
    )  # fmt: skip


def a_finding(
    of: Interaction, kind: str = "field-missing", severity: Severity = Severity.BREAKING, path: str = "/email",
) -> Finding:  # fmt: skip
    """A finding at the place of a stub, worded as the rules word theirs."""
    return Finding(
        kind=kind, category=Category.SCHEMA, severity=severity, default_severity=severity, path=path,
        direction=Direction.MOCK_ONLY, claim="string (email)", observed="nothing", family="presence",
        hint="Take the member out of the mock, and see what its consumer does without it.",
        prevalence=Prevalence(0, 3), observations=3, confidence=0.9, provider=of.provider, method=of.request.method,
        path_template=of.request.path_template, mock_id=of.mock_id, origin=of.origin,
    )  # fmt: skip


def verified(interaction: Interaction) -> Result:
    """The stub tells the truth."""
    return Result(interaction, Verdict.VERIFIED, score=Score(100.0), samples=3)


def drifted(interaction: Interaction, *findings: Finding, fidelity: float = 49.0) -> Result:
    """The stub does not."""
    return Result(interaction, Verdict.DRIFTED, findings=findings, score=Score(fidelity), samples=3)


def a_summary(*providers: ProviderSummary, canary: Canary = CAUGHT) -> Summary:
    """A run of these providers, without unreadable or ignored files."""
    return Summary(
        run_id="01J9ZK3V", started_at=STARTED, seconds=4.25, version="0.1.0", config_digest="9f86d081",
        providers=providers, canary=canary, requests_sent=3 * sum(len(provider.results) for provider in providers),
    )  # fmt: skip


def a_provider(*results: Result, name: str = "payments") -> ProviderSummary:
    """A provider on a host of its own."""
    return ProviderSummary(name, f"https://{name}.staging.example.com", results)


def everything_fine() -> Summary:
    """Two stubs, both true."""
    refund = an_interaction("refund", "GET /v1/refunds", "mappings/refund.json")
    return a_summary(a_provider(verified(an_interaction()), verified(refund)))


def drift_in_two_providers() -> Summary:
    """Every severity, every verdict, unreadable and ignored files, swallowed kinds, a finding with a past."""
    return replace(
        a_summary(_payments(), _users()),
        unreadable=(
            Unreadable("mappings/broken.json", "wiremock", "a string is not closed", line=7),
            Unreadable("mappings/many.json", "wiremock", "the stub has no response", line=41, pointer="/mappings/2"),
            Unreadable("mappings/many.json", "wiremock", "the stub has no request", line=60, pointer="/mappings/4"),
        ),
        ignored=(Ignored("mappings/README.md", "no format claims it"),),
    )


def _payments() -> ProviderSummary:
    charge = an_interaction()
    charges = an_interaction("charges", "GET /v1/charges", "mappings/charges.json", 12)
    missing = replace(
        a_finding(charge), first_seen=datetime(2026, 3, 14, tzinfo=UTC), evidence=("sample-1", "sample-2"),
        agreement=Agreement(Stands.SERVICE_MOVED, Origin("openapi.yaml", line=12)),
        production=InProduction.STAGING_AHEAD,
        explains=(Explained("field-added", "/contact"), Explained("format-changed", "/contact/email")),
        began_with=BEGAN_WITH,
        rests_on=RestsOn(
            Medium.HAR, "traffic/payments.har", 12, STARTED - timedelta(days=48), STARTED - timedelta(days=60), 1
        ),
    )  # fmt: skip
    sometimes = replace(
        a_finding(charges, "field-optional", Severity.WARNING, "/data/*/discount"), claim="number",
        observed="number, or absent", direction=Direction.CHANGED, prevalence=Prevalence(12, 20), confidence=1.0,
        hint="Add an item without the member to the mock.",
    )  # fmt: skip
    added = replace(
        a_finding(charge, "field-added", Severity.INFO, "/tier"), claim="nothing", observed="string",
        direction=Direction.REAL_ONLY, prevalence=Prevalence(3, 3), hint="Add the member to the mock.", family="added",
    )  # fmt: skip
    provider = a_provider(
        drifted(charge, missing, added), drifted(charges, sometimes, fidelity=87.9),
        verified(an_interaction("balance", "GET /v1/balance", "mappings/balance.json")),
        *(_unsent(f"refund-{number}", number) for number in range(1, 6)),
        Result(an_interaction("payout", "GET /v1/payouts", "mappings/payout.json"), Verdict.UNVERIFIABLE,
               "the list came back empty"),
    )  # fmt: skip
    live = ProductionSummary("https://payments.example.com", asked=3, answered=2, silent={"it asks for credentials": 1})
    return replace(provider, production=live)


def _unsent(mock_id: str, line: int) -> Result:
    refund = an_interaction(mock_id, "POST /v1/refunds", "mappings/refunds.json", 10 * line)
    return Result(refund, Verdict.SKIPPED, "POST changes what it is sent to, and nobody consented")


def _users() -> ProviderSummary:
    user = an_interaction("user", "GET /users/{id}", "cassettes/users.yaml", 4, provider="users")
    renamed = replace(
        a_finding(user, "field-renamed", path="/user_name"), claim="user_name, string", observed="userName, string",
        direction=Direction.CHANGED, family="field-renamed", prevalence=Prevalence(3, 3), state="suspect",
        default_severity=Severity.WARNING, hint="Rename the member to userName.",
    )  # fmt: skip
    gone = an_interaction("avatar", "GET /users/{id}/avatar", "cassettes/avatar.yaml", 1, provider="users")
    admin = an_interaction("admin", "GET /admin", "cassettes/admin.yaml", 1, provider="users")
    return a_provider(
        drifted(user, renamed), Result(gone, Verdict.UNREACHABLE, "the connection was refused"),
        Result(admin, Verdict.UNAUTHORIZED, "401 with the credentials of the audit"), name="users",
    )  # fmt: skip


def nothing_checked() -> Summary:
    """The service is down, so nothing is known of any mock."""
    refused = (Result(an_interaction(f"mock-{n}", f"GET /things/{n}", "mappings/things.json", n),
                      Verdict.UNREACHABLE, "the connection was refused") for n in range(1, 6))  # fmt: skip
    return a_summary(a_provider(*refused))


def canary_missed() -> Summary:
    """All stubs look true, but so does one that was planted as false."""
    return replace(everything_fine(), canary=Canary(planted=2, caught=1))


def journeys_gone_wrong() -> Summary:
    """A journey that broke off at its second step, and one that left something behind."""
    lines = an_interaction("lines", "GET /v1/lines", "mappings/lines.json")
    reason = "step 1 (POST /v1/orders) of the journey checkout was answered with 503 and not with 201"
    left = "clean-up step 1 (DELETE /v1/orders/{{order}}) of the journey refund was answered with 500 and not with 204"
    troubles = (
        Trouble("payments", "checkout", reason),
        Trouble("payments", "refund", f"{left}; look there what it left behind", is_clean_up=True),
    )
    provider = a_provider(verified(an_interaction()), Result(lines, Verdict.UNVERIFIABLE, reason))
    return replace(a_summary(provider), troubles=troubles)


def guards() -> Summary:
    """A guard that holds, one that fell, and one that nobody looked at; incidents, three of which audits saw."""
    refund = an_interaction("refund", "POST /v1/refunds", "mappings/refund.json")
    basket = Guard("empty-basket", "payments", "mocks/basket.json", sentence="A basket may be empty.")
    phone = Guard("null-phone", "payments", "mocks/phone.json", "phone-1", "A phone may be null: see INC-7.")
    gone = Guard("gone", "payments", "mocks/gone.json")
    told = (
        Guarded(basket, "verified"),
        Guarded(phone, "drifted", "a promised member is never delivered"),
        Guarded(gone, MISSING, "no mock of this run is in mocks/gone.json, which must be there"),
    )
    marks = (
        IncidentMark("stale-mock", "before", 950_400.0),
        IncidentMark("stale-mock", "before", 3_600.0),
        IncidentMark("between-audits", "after", -7_200.0),
        IncidentMark("no-mock", "never"),
    )
    provider = a_provider(verified(an_interaction()), verified(refund))
    return a_summary(replace(provider, guards=told, incidents=marks))


HOSTILE: Final = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\n\u202eevil\u2066\u200b\ud800\u2028\x00 漢字かな é̂ \U0001f600 \\"
"""Terminal commands, a line break, bidirectional and zero-width marks, a lone surrogate, wide and combining letters."""


def hostile_text() -> Summary:
    """Every text that could come from a stranger is what a stranger would write."""
    stub = an_interaction(HOSTILE, f"GET /{HOSTILE}", f"{HOSTILE}.json", provider=HOSTILE)
    finding = replace(
        a_finding(stub, path=f"/{HOSTILE}"), claim=HOSTILE, observed=HOSTILE * 20, hint=HOSTILE, evidence=(HOSTILE,),
        explains=(Explained("field-added", HOSTILE),), detail=HOSTILE, state=HOSTILE,
        began_with=Beginning(STARTED, STARTED, replace(ROLLOUT, name=HOSTILE, version=HOSTILE, revision=HOSTILE)),
        rests_on=RestsOn(Medium.ACCESS_LOG, HOSTILE, 2, STARTED, STARTED),
    )  # fmt: skip
    skipped = Result(stub, Verdict.SKIPPED, HOSTILE)
    summary = a_summary(ProviderSummary(HOSTILE, f"https://{HOSTILE}", (drifted(stub, finding), skipped)))
    return replace(
        summary, run_id=HOSTILE, version=HOSTILE, config_digest=HOSTILE,
        unreadable=(Unreadable(HOSTILE, HOSTILE, HOSTILE, pointer=HOSTILE),), ignored=(Ignored(HOSTILE, HOSTILE),),
    )  # fmt: skip


def three_hundred_findings() -> Summary:
    """A service that was rewritten: 100 stubs, a finding of each severity in every one."""

    def stub(number: int) -> Result:
        one = an_interaction(f"mock-{number}", f"GET /v1/things/{{id}}/part-{number}", "mappings/things.json", number)
        return drifted(one, *(a_finding(one, path=f"/{severity}", severity=severity) for severity in Severity))

    return a_summary(a_provider(*(stub(number) for number in range(1, 101))))


def with_a_secret() -> Summary:
    """A credential got into sentences, as it does by a careless f-string."""
    stub = an_interaction()
    leaky = replace(a_finding(stub), claim=f"Bearer {PASSWORD}", hint=f"Send {PASSWORD!r}.", evidence=(f"{PASSWORD}",))
    provider = ProviderSummary("payments", f"https://{PASSWORD}@payments.example.com", (drifted(stub, leaky),))
    return replace(a_summary(provider), unreadable=(Unreadable("a.json", "har", f"found {PASSWORD!s}"),))


def suppressed() -> Summary:
    """One finding hidden twice, suppressions of every fate, and scores with all their parts."""
    charge, refund = an_interaction(), an_interaction("refund", "GET /v1/refunds", "mappings/refund.json", 7)
    hidden = replace(a_finding(charge), state="suppressed")
    stands = a_finding(refund, "field-optional", Severity.WARNING, "/data/*/discount")
    whole = replace(a_finding(charge, "format-changed", Severity.WARNING, path=""), state="suppressed")
    one, other = hidden.fingerprint, stands.fingerprint
    june, march = date(2026, 6, 30), date(2026, 3, 31)
    by_kind = Suppression(
        "team-checkout", "The reader is released in June.", june, kind="field-missing", path="/e*", provider="payments",
        where="driftwatch.yaml:12",
    )  # fmt: skip
    by_name = Suppression("ann@example.com", "Known: see the incident of May.", june, fingerprint=one)
    everywhere = Suppression("ann@example.com", "Nobody reads it.", june, kind="format-changed", path="")
    ended = Suppression(
        "team-basket", "Until spring.", march, kind="field-optional", path="/data/*", where="suppressions.yaml:3"
    )
    longer = dataclasses.replace(ended, path="", provider="users", where="suppressions.yaml:9")
    summary = a_summary(a_provider(
        replace(drifted(charge, hidden, whole), score=_bounded(one), drift_score=0.0),
        replace(drifted(refund, stands), score=_partial(other), drift_score=2.7),
        Result(an_interaction("payout", "GET /v1/payouts", "mappings/payout.json"), Verdict.UNREACHABLE, "refused"),
    ))  # fmt: skip
    return replace(
        summary,
        providers=tuple(replace(provider, drift_score=2.7) for provider in summary.providers),
        suppressions=(
            Reviewed(by_kind, Fate.APPLIED, (one,)), Reviewed(by_name, Fate.APPLIED, (one,)),
            Reviewed(everywhere, Fate.APPLIED, (whole.fingerprint,)),
            Reviewed(ended, Fate.EXPIRED, (other,)), Reviewed(longer, Fate.EXPIRED),
            Reviewed(dataclasses.replace(by_name, fingerprint="0" * 16), Fate.UNDECIDED),
            Reviewed(dataclasses.replace(by_kind, path="*", provider="*"), Fate.UNUSED),
        ),
    )  # fmt: skip


def _bounded(fingerprint: str) -> Score:
    """One of four places is lost, and the bound takes more than that."""
    loss = Loss(fingerprint, 0.0, 1.0, 1, ("/email",))
    aspects = (
        AspectScore(ScoreAspect.STATUS, 25, 1.0, 1.0),
        AspectScore(ScoreAspect.BODY, 40, 0.75, 1.0, 4.0, (loss,)),
        AspectScore(ScoreAspect.HEADERS, 10, 1.0, 1.0),
    )
    return Score(49.0, 1.0, 100 * 65 / 75, Cap(49.0, (fingerprint,)), aspects)


def _partial(fingerprint: str) -> Score:
    """Half of the body was not looked at, and no refusal was."""
    loss = Loss(fingerprint, 0.5, 0.5, 1, ("/data/*/discount",))
    items = Unseen("/data/*/lines/*", "only empty lists: nothing is known of the items")
    missed = Unseen("", "no answer had the mocked status 404")
    aspects = (
        AspectScore(ScoreAspect.STATUS, 25, 1.0, 1.0),
        AspectScore(ScoreAspect.BODY, 40, 0.9, 0.5, 2.5, (loss,), (items,)),
        AspectScore(ScoreAspect.ERRORS, 10, None, 0.0, unseen=(missed,)),
    )
    return Score(100 * 61 / 65, 45 / 75, 100 * 61 / 65, None, aspects)


SUMMARIES: Final[dict[str, Callable[[], Summary]]] = {
    "canary-missed": canary_missed,
    "drift-in-two-providers": drift_in_two_providers,
    "everything-fine": everything_fine,
    "guards": guards,
    "hostile-text": hostile_text,
    "journeys-gone-wrong": journeys_gone_wrong,
    "nothing-checked": nothing_checked,
    "suppressed": suppressed,
    "three-hundred-findings": three_hundred_findings,
}
"""By the name of their gold files."""
