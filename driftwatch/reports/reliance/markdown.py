"""Tests and their mocks in a comment on a pull request, and no longer than one may be."""

from collections.abc import Iterator, Sequence
from typing import Final

from driftwatch.model.reliance import Reliance, Resting, Trust, Trusted
from driftwatch.model.use import Outcome
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.gfm import MOST_OF_A_COMMENT, code, fitting, prose
from driftwatch.reports.reliance import Asked, words

_MOST: Final = 50
"""Tests of one trust that are named, and tests of one finding."""
_LEFT_OUT: Final = "**The rest is left out, for no comment may be longer. `driftwatch tests` tells it all.**"
_TITLES: Final = {
    Trust.DRIFTED: "on mocks that are false",
    Trust.NEVER: "on mocks that nobody ever verified",
    Trust.STALE: "on mocks verified long ago",
}


def render(reliance: Reliance, asked: Asked) -> str:
    """The whole comment, or what fits of it, ending in a newline."""
    return "\n".join(fitting(_lines(reliance, asked), MOST_OF_A_COMMENT, _LEFT_OUT)).rstrip() + "\n"


def _lines(reliance: Reliance, asked: Asked) -> Iterator[str]:
    mark = "❌" if any(test.is_lying for test in reliance.tests) else "✅" if reliance.tests else "❔"
    yield from (f"## {mark} driftwatch: what green tests rest on", "")
    yield from (f"- {prose(sentence)}" for sentence in words.conclusion(reliance, asked))
    yield ""
    yield from _findings(reliance)
    for trust, title in _TITLES.items():
        mine = [test for test in reliance.tests if test.outcome is Outcome.PASSED and test.trust is trust]
        yield from _tests(mine, title, reliance, asked)
    yield from _unused(reliance.unused)
    yield from (f"{prose(sentence)}\n" for sentence in words.doubted(reliance))
    if reliance.as_of is not None:
        yield f"<sub>As of the audit of {in_utc(reliance.as_of):%Y-%m-%d %H:%M} UTC.</sub>"


def _findings(reliance: Reliance) -> Iterator[str]:
    for one in words.alarms(reliance):
        tests = words.resting_on(one, reliance.tests)
        if not tests:
            continue
        place = f"{code(one.path or 'whole body')} of {code(f'{one.method} {one.path_template}')}"
        wrong = f"{count(len(tests), 'test')} would be wrong"
        yield f"- **{one.severity}** {prose(one.kind)} at {place} in {code(str(one.origin))}: {wrong}"
        yield f"  - mock says {code(one.claim or 'nothing')}, service does {code(one.observed or 'nothing')}"
        yield from (f"  - {code(test.test)}" for test in tests[:_MOST])
        if len(tests) > _MOST:
            yield f"  - and {len(tests) - _MOST} more"
    yield ""


def _tests(tests: Sequence[Resting], title: str, reliance: Reliance, asked: Asked) -> Iterator[str]:
    if not tests:
        return
    drift = {one.fingerprint: one for one in reliance.drift}
    yield from ("<details>", f"<summary>{count(len(tests), 'green test')} {title}</summary>", "")
    yield from ("| Test | Mock | What is known of it |", "| --- | --- | --- |")
    for test in tests[:_MOST]:
        for one in test.mocks:
            if one.trust is test.trust:
                says = words.of_mock(one, drift, asked.now) or one.trust.value
                yield f"| {_cell(code(test.test))} | {_cell(_mock(one))} | {_cell(prose(says))} |"
    if len(tests) > _MOST:
        yield f"| and {len(tests) - _MOST} more | | |"
    yield from ("", "</details>", "")


def _unused(unused: Sequence[Trusted]) -> Iterator[str]:
    if unused:
        yield from ("<details>", f"<summary>{count(len(unused), 'mock')} that no test rests on</summary>", "")
        yield from (f"- {_mock(one)}" for one in unused[:_MOST])
        if len(unused) > _MOST:
            yield f"- and {len(unused) - _MOST} more"
        yield from ("", "</details>", "")


def _mock(one: Trusted) -> str:
    place = words.place_of(one)
    return f"{code(one.mock.label)} in {code(place)}" if place else code(one.mock.label)


def _cell(text: str) -> str:
    """A bar ends a cell even in a code span (GitHub Flavored Markdown, 4.10)."""
    return text.replace("|", "\\|") if "\\|" not in text else text
