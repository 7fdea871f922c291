"""From settings of notices to whom is told what, and no URL on the way."""

from datetime import timedelta

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Change
from driftwatch.model.notice import TOLD, Telling
from driftwatch.settings.load import load
from driftwatch.settings.notify import NotifySettings, OtherReaders, telling
from tests.settings.gold import ENVIRONMENT, FOLDER

HOUR = timedelta(hours=1)
TOP = (("namespace", "staging"), ("team", "platform"))


def test_one_provider_may_differ() -> None:
    """What it says replaces what stands at the top; labels join."""
    settings = load(FOLDER / "good" / "notices-to-everybody.yaml", ENVIRONMENT)
    assert settings.notify is not None
    route = settings.providers["payments"].route
    labels = (("namespace", "staging"), ("team", "payments"), ("zone", "7"))
    assert telling(settings.notify, route.notify, route.owner, HOUR) == Telling(
        (), frozenset({Change.NEW}), Severity.BREAKING, labels, "team-payments", HOUR, timedelta(days=7)
    )
    assert telling(settings.notify, None, "", HOUR) == Telling(
        ("chat",), frozenset({Change.NEW, Change.OBSOLETE}), Severity.INFO, TOP,
        "", HOUR, timedelta(days=7),
    )  # fmt: skip


def test_by_default_every_channel_is_told_of_changes_and_nobody_is_reminded() -> None:
    """What stands as it stood is no news."""
    settings = load(FOLDER / "good" / "notices-of-alertmanager-alone.yaml", ENVIRONMENT)
    assert settings.notify is not None
    assert telling(settings.notify, OtherReaders(), "", HOUR) == Telling((), frozenset(TOLD), interval=HOUR)
    assert load(FOLDER / "good" / "smallest.yaml", ENVIRONMENT).notify is None


def test_channels_that_nobody_chose_among_are_all_told() -> None:
    """In the order they are written."""
    loaded = load(FOLDER / "good" / "notices-to-everybody.yaml", ENVIRONMENT).notify
    assert loaded is not None
    everybody = NotifySettings(channels=loaded.channels)
    assert telling(everybody, None, "", HOUR).channels == ("chat", "hook")
