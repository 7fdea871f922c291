"""``driftwatch serve``: the daemon."""

import os
import sys
from pathlib import Path

import click

from driftwatch.cli.loading import loading
from driftwatch.cli.options import config_option, find_config, read_config


@click.command(
    name="serve",
    epilog="Exit: 0 stopped by SIGTERM or Ctrl-C, 2 usage or settings, 70 our mistake. With --ping: 0 alive, 1 not.",
)
@config_option
@click.option("--no-audits", is_flag=True, help="Serve what the store knows of the audits of others, and begin none.")
@click.option("--ping", is_flag=True, help="Ask the daemon of this config whether it lives, and end.")
@click.pass_context
def command(context: click.Context, config: Path | None, no_audits: bool, ping: bool) -> None:
    """Audit every provider on its schedule, and serve metrics, health and pages.

    \b
    driftwatch serve --config config/driftwatch.yaml
    curl http://127.0.0.1:8477/metrics

    Each provider has a cadence (`schedule`), and one audit at a time. Config and mocks are read anew when they
    change, and on SIGHUP; a config with a mistake is rejected, and the one before holds. SIGTERM lets running
    audits end within `daemon.grace`; a second one ends at once.

    \b
    /          for people: providers, endpoints, findings with their history, runs, health
    /metrics   for Prometheus, as text or OpenMetrics
    /livez     whether the process works at all: for a liveness probe
    /readyz    whether it does its work, and what is impaired: for a readiness probe

    Several daemons may share a PostgreSQL (`store`): one of them leads and audits, the others serve what it finds and
    take its place within a minute. With `--no-audits` it never leads: beside a CronJob, or audits in shards.

    `--ping` asks /livez at the address of the config, on this machine: for the health check of a container, or an
    exec probe where clients need a certificate.

    It listens on 127.0.0.1 unless `web.host` says otherwise; `web.tls` encrypts, `web.users` asks for a password.
    Without a process that runs on, use `driftwatch audit` in a CronJob.
    """
    if ping:
        from driftwatch.cli.ping import feel_pulse  # noqa: PLC0415 - and nothing that a daemon is made of

        context.exit(feel_pulse(config))
    with loading():
        from driftwatch.cli.logs import start_log  # noqa: PLC0415 - --ping is asked often, and needs none of this
        from driftwatch.settings.environment import log_settings  # noqa: PLC0415
        from driftwatch.settings.store import place_in  # noqa: PLC0415
        from driftwatch.wiring.service import make_board, run_service  # noqa: PLC0415

    board = make_board()
    start_log(log_settings(os.environ), board.logged)
    place = find_config(config)
    store = place_in(os.environ, Path.cwd())
    has_ended = run_service(lambda: read_config(place), place, board, store, audits=not no_audits)
    if not has_ended:
        # a thread that still waits for a service would hold up the exit beyond the grace period
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
