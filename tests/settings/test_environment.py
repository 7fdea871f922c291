"""Settings that the environment alone decides."""

import pytest

from driftwatch.model.errors import SettingsError
from driftwatch.settings.environment import LogSettings, log_settings


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, LogSettings("info", "auto")),
        ({"DRIFTWATCH_LOG_LEVEL": "", "DRIFTWATCH_LOG_FORMAT": " "}, LogSettings("info", "auto")),
        ({"DRIFTWATCH_LOG_LEVEL": "DEBUG", "DRIFTWATCH_LOG_FORMAT": "Json"}, LogSettings("debug", "json")),
    ],
)
def test_log_is_set_by_variables(environment: dict[str, str], expected: LogSettings) -> None:
    """Case does not count, and an empty variable is an unset one."""
    assert log_settings(environment) == expected


def test_all_mistakes_are_told() -> None:
    """Both variables are complained of at once, with the nearest guess."""
    with pytest.raises(SettingsError) as refused:
        log_settings({"DRIFTWATCH_LOG_LEVEL": "inf", "DRIFTWATCH_LOG_FORMAT": "xml"})
    assert [str(mistake) for mistake in refused.value.mistakes] == [
        "DRIFTWATCH_LOG_LEVEL: found `inf`. Did you mean `info`? Allowed here: `debug`, `error`, `info`, `warning`.",
        "DRIFTWATCH_LOG_FORMAT: found `xml`. Allowed here: `auto`, `console`, `json`.",
    ]
