"""``driftwatch findings``: what is remembered of findings across audits, and what people decide about them."""

import os
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from driftwatch.cli.options import config_option, load_settings, screen
from driftwatch.model.errors import UsageError
from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import ACKNOWLEDGED, FLAPPING, Life, State
from driftwatch.model.memory import Decided, StoreError
from driftwatch.ports import Store
from driftwatch.reports import lives as told
from driftwatch.settings.store import VARIABLE, StorePlace, named_place, place_in
from driftwatch.settings.words import guess
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases import findings
from driftwatch.wiring.memory import store_at

R = TypeVar("R")

STATES: Final = (
    State.SUSPECT.value, State.OPEN.value, FLAPPING, ACKNOWLEDGED, "suppressed", State.RESOLVED.value,
    State.OBSOLETE.value,
)  # fmt: skip
_KEPT: Final = 3650
"""Days: whoever looks at a store forgets nothing."""

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_store_option: _Decorator = click.option(
    "--store", "named", metavar="PATH|URL", help=f"The store; else {VARIABLE}, else that of the config."
)
_form_option: _Decorator = click.option(
    "--format", "form", type=click.Choice(["console", "json"]), default="console", show_default=True,
    help="How to tell it.",
)  # fmt: skip
_fingerprint: _Decorator = click.argument("fingerprint")
_owner_option: _Decorator = click.option("--owner", required=True, help="Who answers for it: a team or a person.")
_reason_option: _Decorator = click.option("--reason", required=True, help="Why, for whoever reads it later.")
_until_option: _Decorator = click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="YYYY-MM-DD",
    help="The last day on which it holds, in UTC, at most 180 days ahead.",
)  # fmt: skip


@click.group(name="findings")
def command() -> None:
    """Look at findings across audits, and decide about them.

    \b
    driftwatch findings list --severity warning
    driftwatch findings ack 3f2a --owner ann --reason "ticket 12" --until 2026-06-30

    A finding is named by its fingerprint, or by as many of the first digits as tell it from all others.
    """


@command.command(name="list")
@config_option
@_store_option
@click.option("--provider", "providers", multiple=True, help="Only of this provider; may be repeated.")
@click.option("--kind", "kinds", multiple=True, help="Only of this kind; may be repeated.")
@click.option("--severity", type=click.Choice([str(each) for each in reversed(Severity)]), help="This one or graver.")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(STATES), help="Only in this state; all that hold, if not set."
)
@_form_option
def list_findings(
    config: Path | None, named: str | None, providers: tuple[str, ...], kinds: tuple[str, ...], severity: str | None,
    states: tuple[str, ...], form: str,
) -> None:  # fmt: skip
    """List findings, the gravest first.

    \b
    driftwatch findings list
    driftwatch findings list --provider payments --severity breaking
    driftwatch findings list --state resolved --state obsolete --format json
    """
    known = given(_store(config, named).lives())
    _check_names("--provider", providers, sorted({life.finding.provider for life in known}))
    _check_kinds(kinds)
    today = _now().date()
    wanted = findings.Wanted(providers, kinds, Severity(severity) if severity else None, states)
    _tell(findings.select(known, wanted, today), form, today)


@command.command()
@config_option
@_store_option
@_fingerprint
@_form_option
def show(config: Path | None, named: str | None, fingerprint: str, form: str) -> None:
    """Tell all that is known of one finding.

    \b
    driftwatch findings show 3f2a
    """
    life, now = findings.find(given(_store(config, named).lives()), fingerprint), _now()
    if form == "json":
        _tell([life], form, now.date())
    else:
        view = screen(verbose=False, to_file=False)
        click.echo(told.shown(life, now, colour=view.colour, width=view.width), nl=False)


@command.command()
@config_option
@_store_option
@_fingerprint
@_form_option
def history(config: Path | None, named: str | None, fingerprint: str, form: str) -> None:
    """Tell what happened to one finding, the oldest first.

    \b
    driftwatch findings history 3f2a
    """
    store = _store(config, named)
    life = findings.find(given(store.lives()), fingerprint)
    events = given(store.events(life.fingerprint))
    if form == "json":
        click.echo(told.history_document(life, events), nl=False)
    else:
        view = screen(verbose=False, to_file=False)
        click.echo(told.told(life, events, colour=view.colour, width=view.width), nl=False)


@command.command()
@config_option
@_store_option
@_fingerprint
@_owner_option
@_reason_option
@_until_option
def ack(config: Path | None, named: str | None, fingerprint: str, owner: str, reason: str, until: datetime) -> None:
    """Acknowledge: somebody deals with it. It is shown, and told no more unless it gets worse.

    \b
    driftwatch findings ack 3f2a --owner ann --reason "ticket 12" --until 2026-06-30
    """
    now = _now()
    why = findings.Reasons.checked(owner, reason, until.date(), now.date())
    _decide(config, named, fingerprint, lambda life: findings.acknowledge(life, why, now))


@command.command()
@config_option
@_store_option
@_fingerprint
@_owner_option
@_reason_option
@_until_option
def suppress(
    config: Path | None, named: str | None, fingerprint: str, owner: str, reason: str, until: datetime
) -> None:
    """Suppress: nobody is to be told. It is counted and shown apart, and fails no run.

    A suppression of all findings of a kind is written into the config: see `suppressions`.

    \b
    driftwatch findings suppress 3f2a --owner team-a --reason "reads by default" --until 2026-06-30
    """
    now = _now()
    why = findings.Reasons.checked(owner, reason, until.date(), now.date())
    _decide(config, named, fingerprint, lambda life: findings.suppress(life, why, now))


@command.command()
@config_option
@_store_option
@_fingerprint
@_owner_option
@_reason_option
def reopen(config: Path | None, named: str | None, fingerprint: str, owner: str, reason: str) -> None:
    """Take a decision back, or open a resolved finding again.

    A suppression that is written in the config stands: take it away there.

    \b
    driftwatch findings reopen 3f2a --owner ann --reason "the fix was rolled back"
    """
    now = _now()
    _decide(config, named, fingerprint, lambda life: findings.reopen(life, owner, reason, now))


def _decide(config: Path | None, named: str | None, fingerprint: str, step: Callable[[Life], Decided]) -> None:
    store = _store(config, named)
    known = findings.find(given(store.lives()), fingerprint)
    life = given(store.decide(known.fingerprint, step))
    if life is None:
        raise UsageError(f"{known.fingerprint} has just been forgotten: it was over for long enough")
    finding = life.finding
    word = life.word(_now().date())
    click.echo(f"{life.fingerprint} is {word}: {finding.kind} at {finding.path or 'the whole body'}.")


def given(came: R | StoreError) -> R:
    """What the store gave; ``UsageError`` with the remedy if it is in trouble."""
    if isinstance(came, StoreError):
        raise UsageError(str(came))
    return came


def _store(config: Path | None, named: str | None) -> Store:
    place = _place(config, named)
    if place.place is None:
        raise UsageError(
            "nothing is remembered: `store` is `none`, or no config says where it is. Name a store with --store, "
            f"{VARIABLE} or the config's `store`."
        )
    file = place.place.reveal()
    if "://" not in file and not Path(file).exists():
        raise UsageError(
            f"there is no store at {file}: `driftwatch audit` makes it, with the same config or {VARIABLE}."
        )
    store = store_at(place, _KEPT)
    assert store is not None  # noqa: S101 - there is a place
    return store


def _place(config: Path | None, named: str | None) -> StorePlace:
    if named is not None:
        return named_place(named, "--store", Path.cwd())
    return place_in(os.environ, Path.cwd()) or load_settings(config, None, None).store


def _check_kinds(kinds: Sequence[str]) -> None:
    if kinds:
        from driftwatch.drift.catalog import KINDS  # noqa: PLC0415 - sixty modules, and seldom asked for

        _check_names("--kind", kinds, KINDS)


def _check_names(option: str, names: Sequence[str], known: Any) -> None:
    for name in names:
        if name not in known:
            raise UsageError(f"{option}: there is no {name!r}. {guess(name, known)}")


def _tell(lives: Sequence[Life], form: str, today: date) -> None:
    if form == "json":
        click.echo(told.findings_document(lives, today), nl=False)
        return
    view = screen(verbose=False, to_file=False)
    click.echo(told.listed(lives, today, colour=view.colour, width=view.width), nl=False)


def _now() -> datetime:
    return SystemClock().now()
