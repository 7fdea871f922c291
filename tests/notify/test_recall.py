"""What earlier runs told, read back."""

from datetime import UTC, datetime

import pytest

from driftwatch.model.latest import Latest
from driftwatch.notify.recall import recall

TEXT = """\
# HELP driftwatch_audit_last_success_timestamp_seconds x
# TYPE driftwatch_audit_last_success_timestamp_seconds gauge
driftwatch_audit_last_success_timestamp_seconds{instance="",job="driftwatch"} 1.7e+09
driftwatch_audit_last_success_timestamp_seconds{instance="",job="driftwatch",shard="1"} 1.6e+09
driftwatch_audit_last_success_timestamp_seconds{instance="",job="other"} 1.5e+09
driftwatch_mock_last_success_timestamp_seconds{instance="",job="driftwatch",provider="payments"} 1.7e+09
driftwatch_mock_last_success_timestamp_seconds{instance="",job="driftwatch",provider="never"} 0
driftwatch_mock_last_success_timestamp_seconds{instance="",job="driftwatch",provider="odd"} 1e300
driftwatch_mock_last_success_timestamp_seconds{provider="broken
something_else{job="driftwatch"} 1
"""


def test_the_successes_of_one_group_are_read() -> None:
    """Those of other shards and jobs are others'; 0 is never, and nonsense is nothing."""
    at = datetime.fromtimestamp(1.7e9, UTC)
    assert recall(TEXT, {"job": "driftwatch"}) == Latest(last_success=at, successes={"payments": at})
    sharded = recall(TEXT, {"job": "driftwatch", "shard": "1"})
    assert (sharded.last_success, sharded.successes) == (datetime.fromtimestamp(1.6e9, UTC), {})


@pytest.mark.parametrize("text", ["", "\x00\xff", "{}", "driftwatch_audit_last_success_timestamp_seconds NaN\n"])
def test_nonsense_is_no_memory(text: str) -> None:
    """Whatever stands in the file or comes from the gateway."""
    assert recall(text, {}) == Latest()
