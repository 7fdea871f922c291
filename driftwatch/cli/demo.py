"""``driftwatch demo``: the whole story in one command and no set-up."""

import os
import shlex
from contextlib import ExitStack, suppress
from importlib.resources import as_file, files
from pathlib import Path
from threading import Event

import click
from msgspec.structs import replace

from driftwatch.cli.logs import start_log
from driftwatch.cli.options import screen, verbose_option
from driftwatch.cli.output import put
from driftwatch.cli.progress import Bar
from driftwatch.demo.staging import staging
from driftwatch.reports.catalog import report
from driftwatch.settings.environment import log_settings
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_audit

PROVIDERS = ("accounts", "catalog", "orders")


@click.command(name="demo")
@click.option("--serve", is_flag=True, help="Keep the staging service running until Ctrl-C, to try commands on it.")
@verbose_option
def command(serve: bool, verbose: bool) -> None:
    """Start a small staging service on loopback, audit mocks that have drifted from it, and tell what to try next.

    \b
    driftwatch demo
    driftwatch demo --serve
    """
    # the log would repeat what the report tells
    start_log(replace(log_settings(os.environ), level="error"))
    with ExitStack() as stack:
        folder = stack.enter_context(as_file(files("driftwatch.demo") / "mocks"))
        url = stack.enter_context(staging())
        bar = stack.enter_context(Bar())
        click.echo("Auditing mocks of three providers, recorded a year ago, against their staging service of today.\n")
        summary = run_audit(_settings(folder, url), bar)
        bar.clear()
        put(report("console").render(summary, screen(verbose=verbose, to_file=False)), None)
        click.echo(_next_steps(folder, url if serve else "https://staging.example.com"))
        if serve:
            with suppress(KeyboardInterrupt):
                click.echo(f"\nThe staging service stays at {url} until you press Ctrl-C.")
                Event().wait()


def _settings(folder: Path, url: str) -> Settings:
    """Three providers behind one port; loopback needs no manners."""
    probing = ProbingSettings(rate=1000, concurrency=8)
    return Settings(
        providers={
            name: ProviderSettings(mocks=(WrittenPath(name, folder / name),), target=f"{url}/{name}", probing=probing)
            for name in PROVIDERS
        }
    )


def _next_steps(folder: Path, target: str) -> str:
    shown = os.path.relpath(folder) if folder.is_relative_to(Path.cwd()) else str(folder)
    steps = (
        ("driftwatch explain field-renamed", "what a kind means, why it matters, what to do"),
        (f"driftwatch mocks {shlex.quote(shown)}", "what can be read, and what would not be sent and why"),
        (f"driftwatch audit --mocks DIR --target {target}", "the same for mocks of your own"),
        (f"driftwatch heal --mocks DIR --target {target}", "the smallest changes that make them true again, as a diff"),
        ("driftwatch audit --format json", "with a config: a stable document for other programs"),
        ("driftwatch config schema", "all settings, for your editor"),
    )
    return "\nWhat to try next\n" + "\n".join(f"  {step}\n      {purpose}" for step, purpose in steps)
