"""A summary as one self-contained file: inline style, no script, nothing loaded, and a policy that forbids all else."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from driftwatch.model.summary import ProviderSummary, Result, Summary, Verdict
from driftwatch.reports.conclusion import conclude, is_good_news
from driftwatch.reports.digest import Gap, checked, gaps, unreadable_files
from driftwatch.reports.guards import fallen, words_of
from driftwatch.reports.html.card import Card
from driftwatch.reports.html.stationery import STYLE_DIGEST, fill, sheet
from driftwatch.reports.order import GAP_ORDER, by_operation, by_reason, by_trouble
from driftwatch.reports.sentences import of_canary, share, witnessed
from driftwatch.reports.suppressed import OVER, by_finding, remedy, words

VERDICT_ORDER: Final = (Verdict.DRIFTED, *GAP_ORDER, Verdict.VERIFIED)
"""What somebody should see to comes first."""


class OperationCards(Struct, frozen=True):
    """The findings of one operation, the worst first."""

    method: str
    template: str
    cards: tuple[Card, ...]


class ProviderPart(Struct, frozen=True):
    """What is said of one provider."""

    of: ProviderSummary
    share: str
    witnessed: str
    checked: int
    verdicts: Mapping[str, int]
    by_verdict: tuple[tuple[str, tuple[Result, ...]], ...]
    operations: tuple[OperationCards, ...]


def render(summary: Summary) -> str:
    """The whole file, ending in a newline."""
    providers = [part_of(provider, summary.started_at) for provider in sorted(summary.providers, key=by_trouble)]
    files = unreadable_files(summary)
    return fill(
        "report.html",
        summary=summary,
        digest=STYLE_DIGEST,
        style=sheet(),
        conclusion=conclude(summary),
        is_good=is_good_news(summary),
        canary=of_canary(summary.canary),
        providers=providers,
        told=[provider for provider in providers if provider.operations],
        missed=list(_missed(summary)),
        missing=sum(1 for _ in gaps(summary)),
        files=files,
        guards=[(one.verdict, words_of(one)) for one in fallen(summary)],
        hidden=list(_hidden(summary)),
        over=list(_over(summary)),
    )


def part_of(provider: ProviderSummary, now: datetime) -> ProviderPart:
    """What is said of one provider, as of the moment its audit began."""
    operations = tuple(
        OperationCards(method, template, tuple(Card.of(finding, now) for finding in findings))
        for (method, template), findings in by_operation(provider.results)
    )
    seen = Counter(result.verdict for result in provider.results)
    by_verdict = ((verdict.value, tuple(_of(provider, verdict))) for verdict in VERDICT_ORDER if seen[verdict])
    return ProviderPart(
        provider, share(provider), witnessed(provider.production) if provider.production is not None else "",
        checked(provider), {verdict.value: seen[verdict] for verdict in Verdict}, tuple(by_verdict), operations,
    )  # fmt: skip


def _of(provider: ProviderSummary, verdict: Verdict) -> Iterator[Result]:
    return (result for result in provider.results if result.verdict is verdict)


def _missed(summary: Summary) -> Iterator[tuple[str, str, list[Gap]]]:
    missed = list(gaps(summary))
    for verdict in GAP_ORDER:
        for reason, alike in by_reason(gap for gap in missed if gap.verdict is verdict):
            yield verdict.value, reason, sorted(alike, key=lambda gap: (gap.interaction.origin, gap.provider))


def _hidden(summary: Summary) -> Iterator[tuple[Card, object]]:
    """Every suppressed finding with the suppressions that hide it."""
    applied = by_finding(summary.suppressions)
    for finding in summary.suppressed:
        yield Card.of(finding, summary.started_at), applied.get(finding.fingerprint, ())


def _over(summary: Summary) -> Iterator[Mapping[str, str]]:
    for reviewed in summary.suppressions:
        if reviewed.fate in OVER:
            one = reviewed.suppression
            yield {
                "fate": reviewed.fate.value, "words": " · ".join(words(one)), "where": one.where, "owner": one.owner,
                "reason": one.reason, "remedy": remedy(reviewed),
            }  # fmt: skip
