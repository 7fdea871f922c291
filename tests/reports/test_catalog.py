"""The register is whole, orderly and light."""

import subprocess
import sys
from pathlib import Path

import pytest

from driftwatch.model.secret import MASK
from driftwatch.reports.catalog import REPORTS, Options, report
from tests.reports.samples import PASSWORD, everything_fine, with_a_secret

_ROOT = Path(__file__).parents[2]


def test_reports_are_in_order_and_have_a_sentence() -> None:
    """Names are unique and alphabetical; each says what it is for."""
    names = [each.name for each in REPORTS]
    assert names == sorted(set(names)) == [
        "console", "github", "html", "json", "junit", "markdown", "prometheus", "sarif",
    ]  # fmt: skip
    assert all(each.sentence.endswith(".") for each in REPORTS)


@pytest.mark.parametrize("name", [each.name for each in REPORTS])
def test_a_report_renders_whole_lines(name: str) -> None:
    """Each row leads to its report, which ends in one newline and says the same twice."""
    text = report(name).render(everything_fine(), Options())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert text == report(name).render(everything_fine(), Options())


@pytest.mark.parametrize("name", [each.name for each in REPORTS])
def test_no_report_shows_a_secret(name: str) -> None:
    """A credential that slipped into a sentence stands there as its mask."""
    text = report(name).render(with_a_secret(), Options(verbose=True))
    assert PASSWORD.reveal() not in text
    assert name == "prometheus" or MASK in text


def test_unknown_report_is_refused() -> None:
    """There is no default to fall back on silently."""
    with pytest.raises(KeyError):
        report("xml")


def test_a_console_audit_does_not_wait_for_heavy_libraries() -> None:
    """The Prometheus library and the schema validator are loaded by whom they serve alone."""
    code = (
        "import sys; from driftwatch.reports.catalog import *; from tests.reports.samples import everything_fine\n"
        "report('console').render(everything_fine(), Options()); report('json').render(everything_fine(), Options())\n"
        "import driftwatch.reports.metrics\n"
        "heavy = {'prometheus_client', 'jsonschema', 'click', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=_ROOT)
