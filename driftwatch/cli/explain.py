"""``driftwatch explain``: the page of a kind."""

import inspect
from difflib import get_close_matches

import click

from driftwatch.drift.catalog import KINDS, PAGES
from driftwatch.model.errors import UsageError


@click.command(name="explain")
@click.argument("kind", required=False)
def command(kind: str | None) -> None:
    """Tell what a kind of drift is, why it matters and what to do; without KIND, list all kinds.

    \b
    driftwatch explain field-missing
    """
    if kind is None:
        width = max(map(len, KINDS))
        for known in KINDS.values():
            click.echo(f"{known.id:<{width}}  {known.severity:<8}  {known.title}")
        return
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "`driftwatch explain` lists them all."
        raise UsageError(f"there is no kind {kind!r}; {hint}")
    known = KINDS[kind]
    click.echo(f"{known.id}  ({known.severity}, {known.category}, {known.direction})\n")
    click.echo(inspect.cleandoc(PAGES[kind]))
