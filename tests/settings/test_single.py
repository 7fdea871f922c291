"""Settings from two options, without a config."""

from pathlib import Path

import pytest

from driftwatch.model.errors import SettingsError
from driftwatch.settings.load import load
from driftwatch.settings.show import digest, show
from driftwatch.settings.single import single_provider


def test_provider_is_named_after_its_host(tmp_path: Path) -> None:
    """One provider stands there with all defaults; the trailing slash of its URL is gone."""
    settings = single_provider(tmp_path, "http://staging.example.com:8080/api/")
    provider = settings.providers["staging.example.com"]
    assert provider.target == "http://staging.example.com:8080/api"
    assert [path.path for path in provider.mocks] == [tmp_path]
    assert provider.probing.samples == settings.probing.samples == 3


def test_it_is_what_the_config_would_say(tmp_path: Path) -> None:
    """Shown, saved and loaded, the settings are the same."""
    settings = single_provider(tmp_path, "http://localhost:8080")
    config = tmp_path / "driftwatch.yaml"
    config.write_text(show(settings))
    assert digest(load(config, {})) == digest(settings)


def test_mistakes_name_the_options(tmp_path: Path) -> None:
    """Both options are checked at once; no password is repeated."""
    with pytest.raises(SettingsError) as refused:
        single_provider(tmp_path / "absent", "https://auditor:hunter2@staging.example.com")
    assert [mistake.where for mistake in refused.value.mistakes] == ["--mocks", "--target"]
    assert "hunter2" not in str(refused.value)


def test_missing_mocks_alone_are_a_mistake(tmp_path: Path) -> None:
    """A good URL does not make up for mocks that are not there."""
    with pytest.raises(SettingsError, match=r"--mocks: .* does not exist\. A relative path starts at the folder"):
        single_provider(tmp_path / "absent", "https://staging.example.com")


@pytest.mark.parametrize("target", ["https://api.prod.example.com", "https://live.example.com/v1"])
def test_production_is_no_place_for_a_first_look(target: str, tmp_path: Path) -> None:
    """A host whose name says so needs a config that names it exactly."""
    with pytest.raises(SettingsError, match=r"--target: found the host .*production_hosts"):
        single_provider(tmp_path, target)
