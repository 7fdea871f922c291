"""Identity with MockServer: what it serves from its own expectations, audited with the same files, yields nothing."""

import shutil
from pathlib import Path

import pytest

from driftwatch.model.secret import Secret
from driftwatch.model.summary import Summary, Verdict
from driftwatch.settings.credentials import BearerAuth
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings, Timeout
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.reference import Referenced
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_audit
from tests.conftest import ROOT
from tests.mockserver import mockserver
from tests.scenarios.test_identity import OF_THE_FILES, told
from tests.watchers import Silence

CASES = ROOT / "tests" / "mocks" / "formats" / "mockserver"
SERVED = {"expectations": 9, "matchers": 17, "precedence": 11, "templates": 5}
"""Cases that MockServer itself takes, and how many of their expectations can be asked."""
NEWER = {"newer-schema": 14}
"""The same, of expectations that only MockServer 8 takes."""
CORPUS = {
    "DEFRA__grants-ui": 15,
    "apioo__sdkgen-cli": 9,
    "mock-server__mockserver": 5,
    "zloom__keycloak-external-claim-mapper": 1,
}
"""Projects with initializer files, and how many of their expectations can be asked: not those of outages."""


def audit(mocks: Path, target: str) -> Summary:
    """One audit without waiting, that may send any method, with credentials, which some expectations want to see."""
    provider = ProviderSettings(
        mocks=(WrittenPath("mocks", mocks),),
        target=target,
        auth=BearerAuth(token=Referenced("audit", Secret("audit"))),
        probing=ProbingSettings(
            spacing_seconds=0,
            rate=1000,
            declared_safe=("[!G]* /**",),
            timeout=Timeout(read=60.0, total=60.0),  # a template's engine is loaded for the first answer
        ),
    )
    return run_audit(Settings(providers={"it": provider}), Silence())


def are_verified(folder: Path, counts: dict[str, int], version: str, pattern: str) -> None:
    """One server for all: what is below each of its folders is verified, and nothing is found."""
    with mockserver(version, folder, pattern) as staging:
        for name, count in counts.items():
            summary = audit(folder / name, staging)
            drift = [line for line in told(summary) if not line.startswith(OF_THE_FILES)]
            assert drift == [], name
            sent = {r.interaction.mock_id: r.verdict for r in summary.results if r.samples}
            assert sent == dict.fromkeys(sent, Verdict.VERIFIED), name
            assert len(sent) == count, name
            assert summary.canary.is_alive


@pytest.mark.mockserver
@pytest.mark.timeout(300)  # Java looks through the whole jar for files that the pattern names
@pytest.mark.parametrize(
    ("version", "counts"), [("5.15.0", SERVED), ("8.0.0", SERVED | NEWER)], ids=["5.15.0", "8.0.0"]
)
def test_our_expectations_served_by_mockserver(version: str, counts: dict[str, int], tmp_path: Path) -> None:
    """Every expectation that may be sent is verified, and nothing is found."""
    for name in counts:
        shutil.copytree(CASES / name, tmp_path / name, ignore=shutil.ignore_patterns("expected.json"))
    # body files are named from where the server is started
    shutil.copytree(CASES / "newer-schema" / "bodies", tmp_path / "bodies")
    are_verified(tmp_path, counts, version, "*/*.json")


@pytest.mark.mockserver
@pytest.mark.shared
@pytest.mark.timeout(300)
def test_the_corpus_served_by_mockserver(shared: Path, tmp_path: Path) -> None:
    """Public initializer files, served by MockServer: nothing is found, and what was sent is verified."""
    for name in CORPUS:
        shutil.copytree(shared / "corpus" / "mockserver" / name, tmp_path / name)
    are_verified(tmp_path, CORPUS, "5.15.0", "**.json")
