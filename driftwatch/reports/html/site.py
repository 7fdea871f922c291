"""The pages of ``driftwatch serve``: what is known → a whole page each. Where it comes from is not known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.model.finding import Finding
from driftwatch.model.lifecycle import Event, Life
from driftwatch.model.reliance import KnownUse
from driftwatch.model.summary import Result
from driftwatch.model.vitals import Check, Role, Vitals
from driftwatch.reports.html.card import Card
from driftwatch.reports.html.kind import parts
from driftwatch.reports.html.lines import ProviderLine, RunLine
from driftwatch.reports.html.listing import Page
from driftwatch.reports.html.report import VERDICT_ORDER
from driftwatch.reports.html.stationery import STYLE_NAME, fill
from driftwatch.reports.sentences import witnessed

PLACES: Final = (
    ("Providers", ""), ("Findings", "findings"), ("Runs", "runs"), ("Kinds", "kinds"), ("Config", "config"),
    ("Health", "health"),
)  # fmt: skip
"""What the navigation leads to, with its path below the root."""


class Frame(Struct, frozen=True):
    """What stands around a page."""

    root: str
    """The way up to the first page: ``../`` for each level, so that pages work below any prefix of a proxy."""
    here: str
    """Which of ``PLACES`` the page belongs to."""
    version: str
    user: str = ""
    """Who asks, where users are configured."""
    role: Role = Role.ALONE
    """Which of several processes at one store shows the page."""
    style: str = STYLE_NAME
    places: tuple[tuple[str, str], ...] = PLACES


class AboutKind(Protocol):
    """What a page tells of a kind (``drift.rule.Kind`` is one)."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def title(self) -> str:
        """A few words."""
        ...


class Form(Struct, frozen=True):
    """What a form for an acknowledgement needs."""

    token: str
    first: date
    last: date
    proposed: date


class Told(Struct, frozen=True):
    """All that a finding's page tells of it."""

    finding: Finding
    title: str
    """What its kind says, in a few words."""
    page: str
    """The page of its kind; empty if that is not known."""
    owner: str = ""
    life: Life | None = None
    events: Sequence[Event] = ()
    trouble: str = ""
    """Why its history is not known."""
    form: Form | None = None
    """``None`` where nobody may acknowledge it."""
    notice: str = ""
    is_good: bool = True
    tests: Sequence[KnownUse] = ()
    """The green tests that rest on the mock."""


def overview(frame: Frame, page: Page[ProviderLine], conclusion: tuple[str, bool] | None) -> str:
    """All providers, and what it comes to: in a sentence, and whether that is good; ``None`` before the first audit."""
    sentence, is_good = conclusion or ("", False)
    return fill("overview.html", frame=frame, page=page, conclusion=sentence, is_good=is_good)


Resting = Mapping[tuple[str, str, str], Sequence[KnownUse]]
"""Tests by the mock that they rest on: method, path template and id."""


def provider(frame: Frame, line: ProviderLine, page: Page[Result], resting: Resting) -> str:
    """One provider with its endpoints, and the tests that rest on each."""
    production = line.of.production if line.of is not None else None
    said = "" if production is None else witnessed(production)
    order = [verdict.value for verdict in VERDICT_ORDER]
    return fill("provider.html", frame=frame, line=line, page=page, witnessed=said, order=order, resting=resting)


def findings(frame: Frame, page: Page[Finding], now: datetime) -> str:
    """The findings of all providers."""
    return fill("findings.html", frame=frame, page=page, cards=[Card.of(finding, now) for finding in page.rows])


def finding(frame: Frame, told: Told, now: datetime) -> str:
    """One finding with its history."""
    state = told.life.word(now.date()) if told.life is not None else ""
    known = told.finding if told.life is None else replace(told.finding, began_with=told.life.began_with)
    return fill(
        "finding.html", frame=frame, card=Card.of(known, now, state), life=told.life, events=told.events,
        trouble=told.trouble, form=told.form, notice=told.notice, is_good=told.is_good, owner=told.owner,
        page=parts(told.page) if told.page else (), title=_sentence(told.title or told.finding.kind),
        tests=told.tests,
    )  # fmt: skip


def runs(frame: Frame, lines: Sequence[RunLine], trouble: str = "") -> str:
    """The latest runs, the newest first."""
    return fill("runs.html", frame=frame, lines=lines, trouble=trouble)


def kinds(frame: Frame, known: Iterable[AboutKind]) -> str:
    """Every kind there is."""
    return fill("kinds.html", frame=frame, kinds=list(known))


def kind(frame: Frame, about: AboutKind, page: str) -> str:
    """The page of a kind."""
    return fill("kind.html", frame=frame, kind=about, page=parts(page))


def config(frame: Frame, text: str, *, is_good: bool) -> str:
    """The settings that hold, as YAML in which no secret stands."""
    return fill("config.html", frame=frame, lines=text.rstrip("\n").split("\n"), is_good=is_good)


def health(frame: Frame, checks: Iterable[Check], vitals: Vitals) -> str:
    """How the process is."""
    return fill("health.html", frame=frame, checks=list(checks), vitals=vitals)


def problem(frame: Frame, title: str, sentence: str) -> str:
    """A page for what cannot be shown."""
    return fill("problem.html", frame=frame, title=title, sentence=sentence)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
