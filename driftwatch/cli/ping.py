"""``driftwatch serve --ping``: one question to the daemon of a config, for whoever watches over a container."""

import os
from pathlib import Path
from typing import Final

import click

from driftwatch.cli.exits import Exit
from driftwatch.model.errors import SettingsError
from driftwatch.reports.legible import legible, shorten
from driftwatch.settings.find import find_config
from driftwatch.settings.listening import Listening, listening
from driftwatch.web.ping import Papers, Pulse, ping

_LONGEST: Final = 500
"""Characters of the sentence; Docker keeps 4096 bytes of what a health check prints."""


def feel_pulse(config: Path | None) -> Exit:
    """Ask, and say in a sentence what came of it.

    ``Exit.FINE``, or ``Exit.FINDINGS`` whatever is wrong: Docker reserves every other code of a health check.
    """
    pulse = _pulse(config)
    click.echo(legible(shorten(pulse.sentence, _LONGEST)))
    return Exit.FINE if pulse.is_felt else Exit.FINDINGS


def _pulse(config: Path | None) -> Pulse:
    try:
        place = listening(find_config(config, os.environ, Path.cwd()))
    except SettingsError as error:
        mistake = error.mistakes[0]
        return Pulse(False, f"Nobody can tell where the daemon listens: {mistake.where}: {mistake.found}.")
    if place.port == 0:
        return Pulse(
            False, "Nobody can tell where the daemon listens: `web.port` is 0, for one that only its log names."
        )
    return ping(place.host, place.port, _papers(place))


def _papers(place: Listening) -> Papers | None:
    if place.certificate is None or place.key is None:
        return None
    return Papers(place.certificate, place.key, place.asks_for_certificate)
