"""The image asks for nothing: no root, no capability, no place to write to but its state."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from driftwatch import __version__
from tests.deploy.image.containers import run
from tests.deploy.image.engine import Engine

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900)]

_LOOKING: Final = """
import json, os, pathlib
said = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
writable = [place for place in ("/", "/etc/driftwatch", "/opt/driftwatch", "/tmp", "/usr", "/var/lib/driftwatch",
                                os.path.expanduser("~"))
            if os.access(place, os.W_OK) and not os.statvfs(place).f_flag & os.ST_RDONLY]
print(json.dumps({"ids": [os.getuid(), os.getgid(), os.getgroups()], "writable": writable,
                  **{name: said[name].split() for name in ("CapEff", "CapPrm", "CapBnd", "NoNewPrivs")}}))
"""


def test_its_version(engine: Engine, image: str) -> None:
    """Without a config, a network or a place to write to."""
    ran = run(engine, image, "--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"driftwatch {__version__}\n", "")


def test_who_it_runs_as_and_what_it_may(engine: Engine, image: str) -> None:
    """A number that is nobody's, without capabilities, and none to be gained."""
    ran = run(engine, image, "-c", _LOOKING, options=["--entrypoint=python"])
    assert json.loads(ran.stdout) == {
        "ids": [65532, 65532, [65532]],
        "writable": [],
        "CapEff": ["0" * 16],
        "CapPrm": ["0" * 16],
        "CapBnd": ["0" * 16],
        "NoNewPrivs": ["1"],
    }


@pytest.mark.parametrize("user", ["65532:65532", "1000660000:0"], ids=["its own", "one that a platform chose"])
def test_its_state_may_be_written(user: str, engine: Engine, image: str) -> None:
    """On a root that may be; OpenShift gives it a number of its own and group 0."""
    look = ["--entrypoint=python", f"--user={user}", "--read-only=false"]
    ran = run(engine, image, "-c", _LOOKING, options=look)
    assert json.loads(ran.stdout)["writable"] == ["/tmp", "/var/lib/driftwatch", "/var/lib/driftwatch"]


def test_the_whole_story_is_told_under_all_restrictions(engine: Engine, image: str) -> None:
    """An audit of a service that listens inside, without any place to write to."""
    ran = run(engine, image, "demo")
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"^Canary: .*caught", ran.stdout, re.MULTILINE) or "breaking" in ran.stdout


def test_a_time_zone_is_known(engine: Engine, image: str, place: Path) -> None:
    """A crontab may be meant in any; what knows them comes with the base."""
    config = place / "driftwatch.yaml"
    config.write_text(
        "schedule: {when: 15 6 * * 1-5, time_zone: Europe/Berlin}\n"
        "providers: {it: {mocks: /etc/driftwatch, target: 'https://staging.example.com'}}\n"
    )
    ran = run(engine, image, "config", "check", options=[f"--volume={place}:/etc/driftwatch:ro"])
    assert ran.returncode == 0, ran.stderr


def test_without_a_config_it_says_where_one_belongs(engine: Engine, image: str) -> None:
    """The default command, with nothing mounted."""
    ran = run(engine, image)
    assert ran.returncode == 2
    assert "DRIFTWATCH_CONFIG: `/etc/driftwatch/driftwatch.yaml` does not exist" in ran.stderr
