"""``driftwatch serve``: the daemon."""

import os
import sys
from pathlib import Path

import click

from driftwatch.cli.logs import start_log
from driftwatch.cli.options import config_option, find_config, read_config
from driftwatch.settings.environment import log_settings
from driftwatch.settings.store import place_in
from driftwatch.wiring.service import make_board, run_service


@click.command(name="serve", epilog="Exit: 0 stopped by SIGTERM or Ctrl-C, 2 usage or settings, 70 our mistake.")
@config_option
def command(config: Path | None) -> None:
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

    It listens on 127.0.0.1 unless `web.host` says otherwise; `web.tls` encrypts, `web.users` asks for a password.
    Without a process that runs on, use `driftwatch audit` in a CronJob.
    """
    board = make_board()
    start_log(log_settings(os.environ), board.logged)
    place = find_config(config)
    store = place_in(os.environ, Path.cwd())
    has_ended = run_service(lambda: read_config(place), place, board, store)
    if not has_ended:
        # a thread that still waits for a service would hold up the exit beyond the grace period
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
