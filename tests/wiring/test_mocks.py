"""Where mocks are read: git-sync moves its link at any moment, also while they are read."""

import json
from pathlib import Path

from driftwatch.model.interaction import Interaction
from driftwatch.settings.load import load
from driftwatch.wiring.mocks import mocks_of
from tests.cli.calling import write_config, write_stub

OLD, NEW = "0123456789abcdef0123456789abcdef01234567", "fedcba9876543210fedcba9876543210fedcba98"


def _publish(root: Path, commit: str) -> None:
    """As git-sync v4 does: a folder called by the hash, and a link that is replaced in one step."""
    write_stub(root / ".worktrees" / commit / "mocks", f"/of/{commit[:4]}", {"id": 1}, name=commit[:4])
    fresh = root / "fresh"
    fresh.symlink_to(Path(".worktrees") / commit)
    fresh.rename(root / "current")


def test_an_audit_reads_one_commit(tmp_path: Path) -> None:
    """The link moved on after the audit began: it reads what it began with, and says which commit that was."""
    _publish(tmp_path / "git", OLD)
    config = write_config(tmp_path, {"it": {"mocks": "git/current/mocks", "target": "http://127.0.0.1:1"}})
    settings = load(config, {})
    begun = mocks_of(settings, "it")
    _publish(tmp_path / "git", NEW)
    (read,) = [one for one in begun.source.read() if isinstance(one, Interaction)]
    assert (read.request.path, begun.revision) == ("/of/0123", OLD)
    assert read.origin.file.endswith("git/current/mocks/mappings/0123.json")
    after = mocks_of(settings, "it")
    (read,) = [one for one in after.source.read() if isinstance(one, Interaction)]
    assert (read.request.path, after.revision) == ("/of/fedc", NEW)


def test_mocks_of_a_configmap_keep_their_names(tmp_path: Path) -> None:
    """Kubernetes links each file through a folder with a time in its name; one file is told by the config's name."""
    data = tmp_path / "mocks" / "..2026_05_01"
    write_stub(data, "/a", {"id": 1}, name="a").rename(data / "a.json")
    (tmp_path / "mocks" / "..data").symlink_to(data.name)
    (tmp_path / "mocks" / "a.json").symlink_to("..data/a.json")
    config = write_config(tmp_path, {"it": {"mocks": "mocks/a.json", "target": "http://127.0.0.1:1"}})
    found = mocks_of(load(config, {}), "it")
    (read,) = [one for one in found.source.read() if isinstance(one, Interaction)]
    assert (read.origin.file.endswith("mocks/a.json"), found.revision) == (True, "")
    assert json.loads(read.variants[0].body or b"") == {"id": 1}
