"""The command line: which commands there are, and what becomes of an error.

A command's module is loaded when the command is called, so that ``--help`` and ``--version`` cost next to nothing.
"""

import errno
import importlib
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

import click

from driftwatch import __version__
from driftwatch.cli.exits import Exit
from driftwatch.cli.loading import loading
from driftwatch.model.errors import DriftwatchError
from driftwatch.reports.legible import legible

COMMANDS: Final = {
    "audit": "Ask the real services what the mocks claim, once, and report where they part.",
    "compare": "Compare mock answers with real answers, without a network.",
    "config": "Check, show or describe the config.",
    "deploy": "Tell of a rollout of a provider, so that findings name it.",
    "demo": "The whole story in one command: a drifted service, its mocks, an audit, the report.",
    "explain": "Tell what a kind of drift is and what to do, or how a score came about.",
    "findings": "List findings across audits, with their history; acknowledge, suppress, reopen them.",
    "gaps": "Tell what the services do that no mock shows, with a mock variant for each.",
    "heal": "Make mocks true again: show the patch, write it, try it on your tests, put it on a branch.",
    "incident": "Keep the ledger of incidents: what broke, why no test caught it, what guards it now.",
    "init": "Look through a folder of mocks and write a first config.",
    "journey": "Make a journey of a recording: ordered requests that use what earlier ones were answered.",
    "mocks": "List everything that can be read, and what cannot, with the reason.",
    "notify": "Send one sample notice to a channel.",
    "record": "Turn real exchanges into new mocks of a chosen format, redacted.",
    "review": "Lay out what mocks that are added or changed claim, and what of it is verified, as a checklist.",
    "serve": "Audit on a schedule, and serve metrics, health and pages.",
    "tests": "Tell which tests rest on which mocks, and which green ones cannot be believed.",
}
"""The commands and their line in the help; the module of the same name in this room holds the code."""


_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No room for what is to be written: nobody's mistake."""


class _Commands(click.Group):
    """Commands by name, loaded when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module = f"driftwatch.cli.{cmd_name}"
        if module not in sys.modules:
            with loading():
                importlib.import_module(module)
        command: click.Command = sys.modules[module].command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - only for a slip of the pen

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Commands are {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command {args[0]!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The help is told from the list, so that it loads no command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="driftwatch %(version)s")
def cli() -> None:
    """Tell when mocks have stopped telling the truth.

    \b
    A first look:      driftwatch demo
    Your own mocks:    driftwatch audit --mocks DIR --target https://staging.example.com
    With a config:     driftwatch init DIR, then driftwatch audit
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code and raises nothing."""
    _show_anything()
    try:
        code = cli.main(list(arguments), prog_name="driftwatch", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except DriftwatchError as error:
        for mistake in getattr(error, "mistakes", (error,)):
            click.echo("\n".join(map(legible, f"driftwatch: {mistake}".split("\n"))), err=True)
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("driftwatch: stopped", err=True)
        return Exit.STOPPED
    except SystemExit:
        # click's only one here: it has met EPIPE, and made the streams keep quiet about it when they are closed
        return Exit.UNREAD
    except OSError as error:
        if error.errno not in _FULL:
            _confess(error)
            return Exit.INTERNAL
        click.echo(f"driftwatch: {error.strerror}: what was to be printed or written is not whole", err=True)
        return Exit.USAGE
    except Exception as error:  # the last door: our mistakes are told as ours, with an exit code of their own
        _confess(error)
        return Exit.INTERNAL
    return int(code or 0)


def _show_anything() -> None:
    """Neither a stream that was closed (``>&-``) nor an encoding that lacks a sign may end a command.

    Such a sign is shown as ``\\u2192`` instead.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - for the process's life
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _confess(error: Exception) -> None:
    """Where it happened, and never the message: that may hold a piece of somebody's answer."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    where = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    click.echo(f"driftwatch: internal error {type(error).__name__} at {where}. Please report this line.", err=True)
