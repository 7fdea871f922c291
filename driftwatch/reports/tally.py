"""What reading some places came to, in a few lines: files by format, and what was left aside by its reason."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from driftwatch.model.interaction import Ignored, Unreadable
from driftwatch.model.inventory import Planned
from driftwatch.reports.digest import count
from driftwatch.reports.page import Page

ASIDE: Final = 2
_NAMED: Final = 3
_FILES: Final = ("file or stub", "files or stubs")


def put_formats(page: Page, planned: Iterable[Planned]) -> None:
    """One line a format: how many files, how many interactions."""
    files: dict[str, set[str]] = defaultdict(set)
    interactions: Counter[str] = Counter()
    for one in planned:
        files[one.interaction.format].add(one.interaction.origin.file)
        interactions[one.interaction.format] += 1
    page.heading("Recognised", count(sum(map(len, files.values())), "file"))
    hang = ASIDE + max(map(len, files), default=0) + 2
    for name in sorted(files):
        told = f"{count(len(files[name]), 'file')}, {count(interactions[name], 'interaction')}"
        page.put(told, lead=name, margin=ASIDE, hang=hang)
    if not files:
        page.put("nothing", margin=ASIDE)


def put_unreadable(page: Page, unreadable: Sequence[Unreadable]) -> None:
    """Each of them with its place: every one is something to mend."""
    if unreadable:
        page.heading("Unreadable", f"{len(unreadable):,} {_FILES[len(unreadable) != 1]}")
    for one in unreadable:
        where = f"{one.file}:{one.line}{one.pointer and f' {one.pointer}'}"
        page.put(where, margin=ASIDE, style="breaking", breaks_words=False)
        page.put(one.reason, margin=8)


def put_ignored(page: Page, ignored: Sequence[Ignored], *, verbose: bool) -> None:
    """By reason, the most frequent first, with the first few files of each; all of them if wanted."""
    if not ignored:
        return
    page.heading("Ignored", f"{count(len(ignored), 'file')} that no format claims")
    by_reason: dict[str, list[str]] = defaultdict(list)
    for one in ignored:
        by_reason[one.reason].append(one.file)
    hang = ASIDE + len(str(max(map(len, by_reason.values())))) + 2
    for reason, files in sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        page.put(reason, lead=str(len(files)), margin=ASIDE, hang=hang)
        shown = files if verbose else files[:_NAMED]
        for file in shown:
            page.put(file, margin=hang + 2, style="faint", breaks_words=False)
        if len(shown) < len(files):
            page.put(f"and {len(files) - len(shown)} more: --verbose", margin=hang + 2, style="faint")
