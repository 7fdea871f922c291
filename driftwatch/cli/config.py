"""``driftwatch config``: check, show and describe the config."""

import json
import os
import sys
from getpass import getpass
from pathlib import Path

import click

from driftwatch.cli.options import config_option, load_settings
from driftwatch.model.errors import UsageError
from driftwatch.model.password import hash_password
from driftwatch.settings.schema import settings_schema
from driftwatch.settings.show import show


@click.group(name="config")
def command() -> None:
    """Check, show or describe the config.

    \b
    driftwatch config check --config config/driftwatch.yaml
    """


@command.command(epilog="Exit: 0 fine, 2 with every mistake and its line.")
@config_option
def check(config: Path | None) -> None:
    """Tell every mistake of the config at once.

    \b
    driftwatch config check --config config/driftwatch.yaml
    """
    settings = load_settings(config, None, None)
    count = len(settings.providers)
    click.echo(f"The config is fine: {count} provider{'s' if count != 1 else ''}.")


@command.command(name="show")
@config_option
def show_settings(config: Path | None) -> None:
    """Print all settings, defaults included; no secrets.

    \b
    driftwatch config show --config config/driftwatch.yaml
    """
    click.echo(show(load_settings(config, None, None)), nl=False)


@command.command()
def schema() -> None:
    """Print the JSON Schema of the config, for editors.

    \b
    driftwatch config schema > driftwatch.schema.json
    """
    click.echo(json.dumps(settings_schema(), indent=2, ensure_ascii=False))


@command.command(name="hash-password")
def hash_a_password() -> None:
    """Turn a password into the hash that `web.users` refers to.

    It is asked for on a terminal, and else read from the first line of standard input.

    \b
    driftwatch config hash-password > prometheus.hash
    """
    if sys.stdin.isatty():
        password = getpass("Password: ")
        if getpass("Once more: ") != password:
            raise UsageError("the two are not the same")
    else:
        password = sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    if not password:
        raise UsageError("there is no password: an empty one protects nothing")
    click.echo(hash_password(password, os.urandom(16)))
