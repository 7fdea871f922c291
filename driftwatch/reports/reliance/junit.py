"""Tests and their mocks as JUnit XML: every test that rests on mocks a case with its own outcome, annotated.

Elements and attributes are those that ``reports/junit.py`` names its sources for; ``properties`` of a case are read by
Jenkins, GitLab leaves them out. A green test fails here where what it rests on is as bad as ``--fail-on`` says.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from driftwatch.model.reliance import Reliance, Resting, Trust, Trusted
from driftwatch.model.use import Outcome
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.legible import legible, shorten
from driftwatch.reports.reliance import Asked, words

_LONGEST: Final = 1000
_MOST: Final = 30
"""Mocks of one test that are told of; the rest is counted."""
_WORDS: Final = {
    Trust.DRIFTED: "false", Trust.NEVER: "verified by nobody", Trust.STALE: "verified long ago", Trust.VERIFIED: "true",
}  # fmt: skip


def render(reliance: Reliance, asked: Asked) -> str:
    """The whole document, ending in a newline."""
    at = f"{in_utc(asked.now):%Y-%m-%dT%H:%M:%S}"
    suites: dict[str, list[Resting]] = {}
    for test in reliance.tests:
        suites.setdefault(test.suite, []).append(test)
    lines = [f'<testsuites name="driftwatch tests"{_counts(reliance.tests, asked)}>']
    for name, tests in suites.items():
        lines.append(f'<testsuite name={_quoted(name)}{_counts(tests, asked)} timestamp="{at}">')
        lines += [line for test in tests for line in _case(test, reliance, asked)]
        lines.append("</testsuite>")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join([*lines, "</testsuites>"]) + "\n"


def _is_failure(test: Resting, asked: Asked) -> bool:
    is_bad = asked.fail_on is not None and test.trust.rank >= asked.fail_on.rank
    return test.outcome is Outcome.FAILED or (test.outcome is Outcome.PASSED and is_bad)


def _counts(tests: list[Resting] | tuple[Resting, ...], asked: Asked) -> str:
    skipped = sum(test.outcome is Outcome.SKIPPED for test in tests)
    failures = sum(_is_failure(test, asked) for test in tests)
    return f' tests="{len(tests)}" failures="{failures}" errors="0" skipped="{skipped}"'


def _case(test: Resting, reliance: Reliance, asked: Asked) -> Iterator[str]:
    group, name = _parted(test.test)
    yield f"<testcase classname={_quoted(group)} name={_quoted(name)}>"
    yield "<properties>"
    trusts = Counter(one.trust for one in test.mocks)
    yield f'<property name="driftwatch.trust" value="{test.trust}"/>'
    for trust in words.WORST_FIRST:
        if trusts[trust]:
            yield f'<property name="driftwatch.mocks.{trust}" value="{trusts[trust]}"/>'
    if test.tried:
        yield f'<property name="driftwatch.blind" value="{test.blind} of {test.tried}"/>'
    yield "</properties>"
    told = "\n".join(_told(test, reliance, asked))
    if test.outcome is Outcome.FAILED:
        yield f'<failure type="failed" message="It failed in its own run.">{_text(told)}</failure>'
    elif test.outcome is Outcome.SKIPPED:
        yield '<skipped message="It was skipped in its own run."/>'
    elif _is_failure(test, asked):
        worst = test.mocks[0]
        message = f"green, and rests on a mock that is {_WORDS[worst.trust]}: {worst.mock.label}"
        yield f'<failure type="driftwatch.{worst.trust}" message={_quoted(message)}>{_text(told)}</failure>'
    else:
        yield f"<system-out>{_text(told)}</system-out>"
    yield "</testcase>"


def _told(test: Resting, reliance: Reliance, asked: Asked) -> Iterator[str]:
    drift = {one.fingerprint: one for one in reliance.drift}
    for one in test.mocks[:_MOST]:
        yield _legible(" ".join(part for part in (one.trust, one.mock.label, _where(one)) if part))
        if says := words.of_mock(one, drift, asked.now):
            yield _legible(f"  {says}")
        for name in one.findings:
            found = drift.get(name)
            if found is not None and found.is_alarm:
                yield _legible(f"  {found.severity} {found.kind} at {found.path or 'whole body'}")
                yield _legible(f"    mock says: {found.claim}")
                yield _legible(f"    service does: {found.observed}")
    if len(test.mocks) > _MOST:
        yield f"and {count(len(test.mocks) - _MOST, 'more mock')}"
    if aside := words.of_test(test):
        yield aside


def _where(one: Trusted) -> str:
    place = words.place_of(one)
    return f"({place})" if place else ""


def _parted(test: str) -> tuple[str, str]:
    """A class and a name: pytest's own way for its node ids, ``package.Class#method`` for Java's."""
    head, bracket, parameters = test.partition("[")
    for sign in ("::", "#"):
        group, found, name = head.rpartition(sign)
        if found:
            return group.removesuffix(".py").replace(".py::", ".").replace("/", ".").replace("::", "."), (
                f"{name}{bracket}{parameters}"
            )
    return "", test


def _legible(text: str) -> str:
    return shorten(legible(text), _LONGEST)


def _quoted(text: str) -> str:
    return quoteattr(_legible(text))


def _text(text: str) -> str:
    """Lines that were made legible one by one."""
    return escape(text.replace("[[ATTACHMENT|", "[ [ATTACHMENT|"))
