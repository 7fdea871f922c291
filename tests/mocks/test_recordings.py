"""What recordings say beyond their bytes: stand-ins that the config fills, and calls that rest on earlier ones."""

from pathlib import Path

import pytest

from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Grade, Interaction, Unreadable

CASES = Path(__file__).parent / "formats"
PROJECT = CASES / "keploy" / "a-project"


def interactions(folder: Path, **variables: str) -> list[Interaction]:
    """What is read of a folder with these variables in the config."""
    readings = FolderSource(folder, variables=variables).read()
    return [reading for reading in readings if isinstance(reading, Interaction)]


def by_name(found: list[Interaction]) -> dict[str, Interaction]:
    """Keploy's calls by the names in their files."""
    return {interaction.name: interaction for interaction in found}


def test_what_was_taken_out_is_filled_in_from_the_config() -> None:
    """A stand-in in the URL or the body takes the variable of its name, and the request is no longer exact."""
    values = {"ACCOUNT_ID": "a b", "OWNER": "ada", "API_BASE": "https://staging.example/v2"}
    _, orders, search, user = interactions(CASES / "vcr-ruby" / "filtered-values", **values)
    assert orders.request.target == "/accounts/a%20b/orders?owner=ada"
    assert search.request.body == b'{"account":"a b"}'
    assert user.request.path == "/v2/users/42"
    assert {one.request.grade for one in (orders, search, user)} == {Grade.CHOSEN}
    assert all("config" in one.request.reason for one in (orders, search, user))


def test_one_stand_in_without_a_value_is_enough_to_hold_a_request_back() -> None:
    """A request is complete or it is not sent."""
    _, orders, *_ = interactions(CASES / "vcr-ruby" / "filtered-values", ACCOUNT_ID="1")
    assert orders.request.grade is Grade.NEEDS_INPUT
    assert "<OWNER>" in orders.request.reason


def test_filling_a_stand_in_leaves_the_identity_as_it_is() -> None:
    """Another value in the config is not another mock."""
    plain = interactions(CASES / "vcr-ruby" / "filtered-values")
    given = interactions(CASES / "vcr-ruby" / "filtered-values", ACCOUNT_ID="1", OWNER="2")
    assert [one.mock_id for one in plain] == [one.mock_id for one in given]


def test_an_erb_name_is_filled_like_any_other() -> None:
    """``<%= user_id %>`` is the variable ``user_id``."""
    user, _ = interactions(CASES / "vcr-ruby" / "erb-templates", user_id="42")
    assert (user.request.path, user.request.grade) == ("/users/42", Grade.CHOSEN)


def test_a_host_for_outbound_calls_can_be_named() -> None:
    """Keploy does not say whom an outbound call went to; who knows it says so, and it may be asked."""
    assert by_name(interactions(PROJECT))["mock-1"].request.grade is Grade.NEEDS_INPUT
    named = by_name(interactions(PROJECT, host="stock.example"))["mock-1"]
    assert named.request.grade is Grade.EXACT
    assert "a call to stock.example" in named.notes


def test_the_config_comes_before_the_recorded_run() -> None:
    """A template's value in the config wins over the one in ``config.yaml``, and is never an example."""
    request = by_name(interactions(PROJECT, orderId="5", owner="me", userId="u-1"))["test-2"].request
    assert request.target == "/lines?order=5&owner=me"
    assert ("X-Owner", "me") in request.headers
    assert request.grade is Grade.CHOSEN


def test_calls_of_a_set_follow_each_other_in_time() -> None:
    """What one file's call created is not asked for in another, whatever the files' names."""
    calls = by_name(interactions(PROJECT))
    assert "created" in calls["test-10"].request.reason
    (alone,) = interactions(PROJECT / "keploy" / "test-set-0" / "tests" / "test-10.yaml")
    assert alone.request.grade is Grade.EXACT


def test_configuration_outside_of_the_mocks_folder_is_not_read(tmp_path: Path) -> None:
    """A link that leads out of the folder gives no values."""
    (tmp_path / "secret.yaml").write_text("preScript: ''\npostScript: ''\ntemplate: {id: secret}\n")
    mocks = tmp_path / "mocks"
    mocks.mkdir()
    (mocks / "config.yaml").symlink_to(tmp_path / "secret.yaml")
    (mocks / "test-1.yaml").write_text(
        "version: api.keploy.io/v1beta1\nkind: Http\nname: test-1\nspec:\n"
        "  req: {method: GET, url: '/x/{{string .id}}', header: {}, body: ''}\n"
        "  resp: {status_code: 200, header: {}, body: ''}\n"
    )
    (call,) = interactions(mocks)
    assert call.request.grade is Grade.NEEDS_INPUT


@pytest.mark.parametrize("name", ["nock", "betamax", "responses"])
def test_what_a_recorder_wrote_is_read_whole(name: str) -> None:
    """Every entry of the files that the tools themselves recorded becomes an interaction with an answer."""
    readings = list(FolderSource(CASES / name / "recorded").read())
    assert not any(isinstance(reading, Unreadable) for reading in readings)
    found = [reading for reading in readings if isinstance(reading, Interaction)]
    assert len(found) >= 10
    assert all(interaction.variants and interaction.request.grade is Grade.EXACT for interaction in found)
