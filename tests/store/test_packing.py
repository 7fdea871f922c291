"""What one process found, told by another: every report is the same, and nothing that a mock says went with it."""

import dataclasses
from typing import Final

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from driftwatch.model.interaction import Expectation
from driftwatch.model.shard import Shard
from driftwatch.model.share import ProviderShare, Share
from driftwatch.model.summary import Result, Summary
from driftwatch.reports.catalog import REPORTS, Options
from driftwatch.store.packing import pack_share, pack_summary, unpack_share, unpack_summary
from tests.reports import samples
from tests.reports.strategies import SUMMARIES
from tests.store.making import HISTORY

SAMPLES: Final = (
    samples.everything_fine, samples.drift_in_two_providers, samples.nothing_checked, samples.canary_missed,
    samples.hostile_text, samples.three_hundred_findings, samples.journeys_gone_wrong, samples.guards,
)  # fmt: skip


def _owned(summary: Summary) -> Summary:
    """The same, whose mocks belong to the provider that they stand under, as they do after reading."""
    providers = (
        replace(one, results=tuple(replace(each, interaction=each.interaction.of(one.name)) for each in one.results))
        for one in summary.providers
    )
    return replace(summary, providers=tuple(providers))


def _same_in_every_report(before: Summary, after: Summary) -> None:
    for report in REPORTS:
        assert report.render(after, Options()) == report.render(before, Options()), report.name


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.__name__)
def test_a_summary_is_told_as_before(sample: object) -> None:
    """By every report, word for word."""
    assert callable(sample)
    summary = _owned(sample())
    _same_in_every_report(summary, unpack_summary(pack_summary(summary)))


@settings(max_examples=60, deadline=None)
@given(SUMMARIES)
def test_any_summary_is_told_as_before(summary: Summary) -> None:
    """Whatever strangers wrote into their files, half characters too."""
    summary = _owned(summary)
    _same_in_every_report(summary, unpack_summary(pack_summary(summary)))


def test_what_a_mock_says_is_not_packed() -> None:
    """Neither its answers nor what it asks for beyond the template."""
    secret = samples.PASSWORD.reveal()
    mock = samples.an_interaction()
    told = dataclasses.replace(
        mock,
        request=replace(mock.request, path=f"/v1/{secret}", body=secret.encode(), headers=(("x", secret),)),
        variants=(Expectation(200, (("x", secret),), secret.encode()),),
    )
    summary = samples.a_summary(samples.a_provider(samples.verified(told)))
    kept = next(iter(unpack_summary(pack_summary(summary)).results)).interaction
    assert secret not in repr(kept)
    assert (kept.mock_id, kept.origin, kept.request.path_template, kept.variants) == (
        mock.mock_id, mock.origin, mock.request.path_template, (),
    )  # fmt: skip


def _named(results: tuple[Result, ...]) -> list[tuple[object, ...]]:
    return [(one.interaction.mock_id, one.verdict, one.reason, one.findings, one.score) for one in results]


def test_a_share_comes_back_as_it_was() -> None:
    """With what was learnt, and with the order of the files."""
    provider = _owned(samples.drift_in_two_providers()).providers[0]
    count = len(provider.results)
    part = ProviderShare(
        provider.name, provider.target, provider.results, tuple(range(0, 3 * count, 3)), 3 * count, "abc", (1.5,),
        provider.production,
    )  # fmt: skip
    share = Share(
        Shard(2, 3), samples.STARTED, 1.25, (part,), requests_sent=7, canary=samples.CAUGHT,
        histories={"key": HISTORY}, claims={"key": "digest"},
    )  # fmt: skip
    back = unpack_share(pack_share(share), HISTORY.salt)
    assert _named(back.providers[0].results) == _named(part.results)
    assert replace(back.providers[0], results=()) == replace(part, results=())
    assert replace(back, providers=()) == replace(share, providers=())
