"""A consumer in Java: JUnit 5 and WireMock, compiled and run for real with the extension that the documents show."""

import shutil
import subprocess
from pathlib import Path

import pytest

from driftwatch.mocks.uses.usage import read_usage
from driftwatch.model.use import Outcome
from tests.conftest import ROOT
from tests.plugin.servers.suites import ids, resolved
from tests.programs import JAVA, not_run
from tests.wiremock import jar

pytestmark = pytest.mark.java

HERE = Path(__file__).parent
MOCKS = HERE / "mocks"
SOURCES = (ROOT / "deploy" / "usage" / "junit5" / "DriftwatchUsage.java", HERE / "src" / "OrdersTest.java")
JARS = Path("/usr/share/java")
NEEDED = (
    *(f"junit-jupiter-{part}" for part in ("api", "engine", "params")),
    *(f"junit-platform-{part}" for part in ("commons", "console", "engine", "launcher", "reporting")),
    *(f"opentest4j{part}" for part in ("", "-reporting-events", "-reporting-schema")),
    *("apiguardian-api", "picocli", "univocity-parsers"),
)


def class_path() -> str:
    """WireMock and JUnit; where they or a compiler are missing, skips loudly, or fails if all must run."""
    wiremock = jar()
    jars = [JARS / f"{name}.jar" for name in NEEDED]
    if not shutil.which("javac") or not all(one.is_file() for one in jars):
        not_run("needs a Java compiler and JUnit 5 (Debian: default-jdk-headless, junit5)")
    return ":".join(map(str, [wiremock, *jars]))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of one run, in which one test fails."""
    work = tmp_path_factory.mktemp("java")
    libraries = class_path()
    # Debian's jars name others that nobody needs
    options = ["-J-XX:TieredStopAtLevel=1", "-Xlint:all,-path", "-Werror", "-d", str(work), "-cp", libraries]
    compiled = subprocess.run(["javac", *options, *SOURCES], capture_output=True, text=True, timeout=100, check=False)
    assert compiled.returncode == 0, compiled.stderr
    command = [*JAVA, "-cp", f"{work}:{libraries}", f"-Dmocks={MOCKS}", "-Ddriftwatch.suite=orders"]
    command += ["org.junit.platform.console.ConsoleLauncher", "--select-class", "OrdersTest", "--disable-banner"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=100, check=False)
    assert "6 tests successful" in done.stdout, done.stdout + done.stderr
    return work / "build" / "driftwatch-usage.json"


def test_exactly_the_stubs_that_answered(run: Path) -> None:
    """By the id in the file, by the name, or by what was asked: the ids are those of `driftwatch mocks`."""
    known = ids(MOCKS)
    order, card, invoice = (known[f"mappings/orders.json/mappings/{index}"] for index in range(3))
    health = known["mappings/health.json"]
    assert resolved(read_usage(run), MOCKS, stands=run.parent) == {
        "OrdersTest#readsAnOrder": {order},
        "OrdersTest#pays": {card, invoice},
        "OrdersTest#readsAndPays": {order, card},
        "OrdersTest#isHealthy": {health},
        "OrdersTest#givesUp": {health},
    }


def test_every_test_with_its_outcome(run: Path) -> None:
    """Those that rest on nothing are told too; the record is whole, and holds nothing that was asked with."""
    record = read_usage(run)
    assert {use.test.partition("#")[2]: use.outcome for use in record.uses} == {
        "asksWhatIsNotThere": Outcome.PASSED,
        "givesUp": Outcome.SKIPPED,
        "isHealthy": Outcome.FAILED,
        "isNotYetThere": Outcome.SKIPPED,
        "needsNobody": Outcome.PASSED,
        "pays": Outcome.PASSED,
        "readsAnOrder": Outcome.PASSED,
        "readsAndPays": Outcome.PASSED,
    }
    assert record.suite == "orders"
    assert record.is_whole
    assert "secret" not in run.read_text()
