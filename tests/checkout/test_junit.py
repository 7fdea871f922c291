"""Reports of test runs: what the tools write, and what nobody should have written."""

from pathlib import Path
from typing import Final

import pytest

from driftwatch.checkout.junit import NotReadError, read_reports
from driftwatch.model.rehearsal import Fate, Test

REPORTS: Final = {
    "pytest": (
        """<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1"
        failures="1" skipped="1" tests="4"><testcase classname="tests.test_a" name="test_good" time="0.1" />
        <testcase classname="tests.test_a" name="test_bad[1]"><failure message="KeyError: 'name'">Traceback
        </failure></testcase><testcase classname="tests.test_a" name="test_set_up"><error message="failed on setup">
        x</error></testcase><testcase classname="tests.test_a" name="test_not"><skipped type="pytest.skip"
        message="no">x</skipped></testcase></testsuite></testsuites>""",
        (
            Test("tests.test_a::test_bad[1]", Fate.FAILED, "KeyError: 'name'"),
            Test("tests.test_a::test_good", Fate.PASSED),
            Test("tests.test_a::test_not", Fate.SKIPPED),
            Test("tests.test_a::test_set_up", Fate.FAILED, "failed on setup"),
        ),
    ),
    "Maven Surefire": (
        """<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="shop.OrderTest" tests="3">
        <properties><property name="java.version" value="21"/></properties>
        <testcase name="good" classname="shop.OrderTest" time="0.01"/>
        <testcase name="flaky" classname="shop.OrderTest"><flakyFailure message="once" type="x"><stackTrace>t
        </stackTrace></flakyFailure></testcase>
        <testcase name="bad" classname="shop.OrderTest"><failure type="AssertionError"><![CDATA[
expected:<Ada> but was:<null>
        at shop.OrderTest.bad]]></failure><rerunFailure message="again" type="x"/></testcase></testsuite>""",
        (
            Test("shop.OrderTest::bad", Fate.FAILED, "expected:<Ada> but was:<null>"),
            Test("shop.OrderTest::flaky", Fate.PASSED),
            Test("shop.OrderTest::good", Fate.PASSED),
        ),
    ),
    "jest-junit": (
        """<testsuites name="jest tests" tests="1"><testsuite name="orders"><testcase classname="orders shows a name"
        name="orders shows a name" time="0.006"><failure>Error: expect(received).toBe(expected)
        </failure></testcase></testsuite></testsuites>""",
        (Test("orders shows a name", Fate.FAILED, "Error: expect(received).toBe(expected)"),),
    ),
    "no tests": ("<testsuites/>", ()),
}


@pytest.mark.parametrize("tool", REPORTS)
def test_what_tools_write(tool: str, tmp_path: Path) -> None:
    """Every test by name, with what became of it and the first line of a failure."""
    text, expected = REPORTS[tool]
    (tmp_path / "report.xml").write_text(text, encoding="utf-8")
    assert read_reports([tmp_path / "report.xml"]) == expected


def test_of_several_the_worst_counts(tmp_path: Path) -> None:
    """A test that is told of twice failed if it failed once."""
    for name, inside in (("a", ""), ("b", "<failure message='no'/>"), ("c", "")):
        text = f"<testsuite><testcase classname='x' name='y'>{inside}</testcase></testsuite>"
        (tmp_path / f"{name}.xml").write_text(text, encoding="utf-8")
    (test,) = read_reports(sorted(tmp_path.glob("*.xml")))
    assert test == Test("x::y", Fate.FAILED, "no")


BOMB: Final = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>'
OUTSIDE: Final = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><testcase name="&x;"/>'
BROKEN: Final = {
    "torn": ("<testsuite><testcase name=", "no XML at line 1"),
    "empty": ("", "no XML"),
    "a bomb": (BOMB, "document type"),
    "a file of the machine": (OUTSIDE, "document type"),
    "an unknown encoding": ('<?xml version="1.0" encoding="none"?><a/>', "in an encoding that is not read here"),
    "several bytes each": ('<?xml version="1.0" encoding="gb2312"?><a/>', "in an encoding that is not read here"),
    "deep": ("<a>" * 300 + "</a>" * 300, "too deep"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_nobody_should_write(case: str, tmp_path: Path) -> None:
    """It is refused with a word about it, and nothing is looked up elsewhere."""
    text, told = BROKEN[case]
    (tmp_path / "report.xml").write_text(text, encoding="utf-8")
    with pytest.raises(NotReadError, match=told):
        read_reports([tmp_path / "report.xml"])


def test_long_words_are_cut(tmp_path: Path) -> None:
    """A failure that quotes a whole answer is told by its beginning."""
    text = f"<testcase classname='x' name='{'n' * 999}'><failure message='{'m' * 9999}'/></testcase>"
    (tmp_path / "report.xml").write_text(text, encoding="utf-8")
    (test,) = read_reports([tmp_path / "report.xml"])
    assert (len(test.name), len(test.words)) == (300, 300)
