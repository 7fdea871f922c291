"""``driftwatch notify``: try a channel."""

import os
from pathlib import Path

import click

from driftwatch.cli.exits import Exit
from driftwatch.cli.logs import start_log
from driftwatch.cli.options import config_option, load_settings
from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.settings.environment import log_settings
from driftwatch.settings.notify import NotifySettings


@click.command(name="notify", epilog="Exit: 0 accepted, 1 not accepted, 2 usage or settings.")
@config_option
@click.option("--test", "channel", required=True, metavar="CHANNEL", help="A channel of `notify`, or `alertmanager`.")
@click.pass_context
def command(context: click.Context, config: Path | None, channel: str) -> None:
    """Send one sample notice to a channel, to see whether it arrives and how it looks.

    \b
    driftwatch notify --test chat --config config/driftwatch.yaml
    """
    from driftwatch.wiring.addresses import send_sample  # noqa: PLC0415 - only what is called is loaded

    start_log(log_settings(os.environ))
    notify = _chosen(load_settings(config, None, None).notify, channel)
    failures = send_sample(notify, channel)
    for address, reason in failures:
        click.echo(f"driftwatch: {address} did not accept the sample: {reason}", err=True)
    if not failures:
        click.echo(f"{channel} accepted the sample.")
    context.exit(Exit.FINDINGS if failures else Exit.FINE)


def _chosen(notify: NotifySettings | None, channel: str) -> NotifySettings:
    """The settings, which know the channel. Raises ``SettingsError`` with the nearest guess if they do not."""
    from driftwatch.settings.words import guess  # noqa: PLC0415
    from driftwatch.wiring.addresses import ALERTMANAGER  # noqa: PLC0415

    notify = notify or NotifySettings()
    known = [*notify.channels, *([ALERTMANAGER] if notify.alertmanager is not None else [])]
    if channel not in known:
        remedy = guess(channel, known) if known else "Name channels below `notify.channels` in the config."
        raise SettingsError([Mistake("--test", f"there is no channel {channel!r}", remedy)])
    return notify
