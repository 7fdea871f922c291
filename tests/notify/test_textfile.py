"""The text file keeps what a run that failed cannot know."""

from pathlib import Path

from driftwatch.model.summary import Result, Verdict
from driftwatch.notify.textfile import textfile
from tests.reports.samples import a_provider, a_summary, an_interaction, everything_fine

SUCCESS = 'driftwatch_mock_last_success_timestamp_seconds{provider="payments"}'
UNREACHABLE = a_summary(a_provider(Result(an_interaction(), Verdict.UNREACHABLE, "down")))


def test_the_last_success_survives_a_failure(tmp_path: Path) -> None:
    """It is that of the run that succeeded, and 0 where none ever did."""
    place = tmp_path / "driftwatch.prom"
    assert f"{SUCCESS} 0.0\n" in textfile(UNREACHABLE, place)
    place.write_text(good := textfile(everything_fine(), place))
    told = next(line for line in good.splitlines() if line.startswith(SUCCESS))
    after = textfile(UNREACHABLE, place)
    assert f"{told}\n" in after
    assert 'driftwatch_mock_operations{provider="payments",status="unreachable"} 1.0' in after
