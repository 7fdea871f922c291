"""What services say of their quotas, in the spellings there are."""

import pytest

from driftwatch.model.probe import Observation
from driftwatch.transport.quota import Quota, quota_of
from tests.transport.making import START

EPOCH = int(START.timestamp())


def told(**fields: str) -> Quota | None:
    """The quota of an answer with these fields; ``_`` stands for ``-``."""
    headers = tuple((name.replace("_", "-"), value) for name, value in fields.items())
    return quota_of(Observation(200, headers), START)


@pytest.mark.parametrize(
    ("fields", "quota"),
    [
        # draft-ietf-httpapi-ratelimit-headers-10
        ({"RateLimit_Policy": '"default";q=100;w=60', "RateLimit": '"default";r=50;t=30'}, Quota(100, 50, 30)),
        (
            {"RateLimit_Policy": '"burst";q=100;w=60,"daily";q=1000;w=86400', "RateLimit": '"daily";r=10;t=7'},
            Quota(1000, 10, 7),
        ),
        (
            {"RateLimit_Policy": '"a";q=10, "b";q=100', "RateLimit": '"a";r=9;t=1, "b";r=5;t=60'},
            Quota(100, 5, 60),
        ),
        ({"RateLimit_Policy": '"p";q=10', "RateLimit": '"p";r=3'}, Quota(10, 3, None)),
        ({"RateLimit": '"default";r=50;t=30'}, None),
        # -07, and -00 to -06
        ({"RateLimit": "limit=100, remaining=50, reset=5"}, Quota(100, 50, 5)),
        ({"RateLimit_Limit": "100", "RateLimit_Remaining": "50", "RateLimit_Reset": "50"}, Quota(100, 50, 50)),
        ({"RateLimit_Limit": "10, 10;w=1, 50;w=60", "RateLimit_Remaining": "9"}, Quota(10, 9, None)),
        # GitHub, Twitter, GitLab, Kong, OpenAI
        (
            {"X_RateLimit_Limit": "5000", "X_RateLimit_Remaining": "4987", "X_RateLimit_Reset": str(EPOCH + 60)},
            Quota(5000, 4987, 60),
        ),
        (
            {"x_rate_limit_limit": "15", "x_rate_limit_remaining": "0", "x_rate_limit_reset": str(EPOCH - 5)},
            Quota(15, 0, 0),
        ),
        (
            {"X_RateLimit_Limit": "15", "X_RateLimit_Remaining": "3", "X_RateLimit_Reset": str((EPOCH + 9) * 1000)},
            Quota(15, 3, 9),
        ),
        (
            {
                "X_RateLimit_Limit": "15", "X_RateLimit_Remaining": "3",
                "X_RateLimit_Reset": "Fri, 02 Jan 2026 03:04:15 GMT",
            },
            Quota(15, 3, 10),
        ),
        (
            {"X_RateLimit_Limit": "15", "X_RateLimit_Remaining": "3", "X_RateLimit_Reset": "2026-01-02T03:05:05Z"},
            Quota(15, 3, 60),
        ),
        (
            {
                "X_RateLimit_Limit_Minute": "20", "X_RateLimit_Remaining_Minute": "1",
                "X_RateLimit_Limit_Hour": "500", "X_RateLimit_Remaining_Hour": "400", "RateLimit_Reset": "11",
            },
            Quota(20, 1, None),
        ),
        ({"x_ratelimit_limit_requests": "60", "x_ratelimit_remaining_requests": "59"}, Quota(60, 59, None)),
        # half of it is nothing
        ({"X_RateLimit_Remaining": "3"}, None),
        ({"X_RateLimit_Limit": "3"}, None),
        ({"X_RateLimit_Limit": "0", "X_RateLimit_Remaining": "0"}, None),
        ({"Content_Type": "text/plain"}, None),
    ],
)  # fmt: skip
def test_what_is_understood(fields: dict[str, str], quota: Quota | None) -> None:
    """The tightest of all that is told in full."""
    assert told(**fields) == quota


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "-1", "many", "1e9", "9" * 400, '"', '"a', '"a";q=', '"a";q=99999999999999999999', "limit=,remaining=",
        "٣", "1" + "," * 100_000, '"a";r=1;' * 20_000, "\x00", "1.5.5",
    ],
)  # fmt: skip
def test_strangers_may_write_what_they_like(value: str) -> None:
    """Nothing of it raises, or takes long; what is not understood is not told."""
    names = ("RateLimit", "RateLimit_Policy", "X_RateLimit_Limit", "X_RateLimit_Remaining", "X_RateLimit_Reset")
    quota = told(**dict.fromkeys(names, value))
    assert quota is None or quota.limit > 0


@pytest.mark.parametrize(
    ("limit", "left", "is_nearly_spent"),
    [(100, 21, False), (100, 20, True), (100, 0, True), (5, 1, True), (5, 2, False), (1, 1, False), (1, 0, True)],
)
def test_a_fifth_is_left_to_others(limit: int, left: int, is_nearly_spent: bool) -> None:
    """Drift semantics 3.8: stop at 20 % left."""
    assert Quota(limit, left).is_nearly_spent(0.2) is is_nearly_spent
