"""Puts the plugin together, once somebody has asked for it."""

import pytest

from driftwatch.plugin import NAME
from driftwatch.plugin.choices import choices_of
from driftwatch.plugin.companion import Companion, Desk, joined, wanted
from driftwatch.plugin.distribution import DistributionHooks
from driftwatch.plugin.ending import Ending
from driftwatch.plugin.errors import Troubles
from driftwatch.plugin.files import MockFiles
from driftwatch.plugin.gathering import Gathering
from driftwatch.plugin.hooks import RunHooks, stop
from driftwatch.plugin.libraries import install
from driftwatch.plugin.patches import Patches
from driftwatch.plugin.recorder import Recorder
from driftwatch.plugin.wholeness import Wholeness
from driftwatch.transport.clock import SystemClock


def join(config: pytest.Config, mode: str) -> None:
    """Register what this process needs: it runs tests, or sees to others that do, and only one writes."""
    choices = choices_of(config, mode)
    recorder, troubles = Recorder(), Troubles()
    files = MockFiles(choices.mocks, recorder.note, troubles)
    desk = Desk(config, choices, recorder, troubles, Patches(troubles), files)
    gathering, wholeness = Gathering(), Wholeness(config)
    companions: dict[str, Companion]
    if choices.is_controller:
        companions = {}
        for name in wanted(choices):
            with troubles.guarded():
                companions[name] = joined(name, desk)
        config.add_cleanup(lambda: stop(desk, companions.values()))
        config.pluginmanager.register(DistributionHooks(desk, companions, gathering, wholeness), NAME)
    else:
        run = RunHooks(desk, gathering, wholeness)
        config.pluginmanager.register(run, NAME)
        companions = run.companions
        files.listen(desk.patches)
        install(desk)
        for name in wanted(choices):
            run.join(name)
    if choices.is_telling:
        if choices.trouble:
            troubles.lose(f"files that tests open are not noted: {choices.trouble}")
        config.pluginmanager.register(Ending(desk, companions, gathering, wholeness, SystemClock().now))
