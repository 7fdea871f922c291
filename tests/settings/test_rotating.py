"""Secrets in files are what the files hold now; what cannot be read any more is kept, and that is said once."""

import os
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from driftwatch.model.secret import Secret
from driftwatch.settings.reference import Surroundings, resolve


def held(folder: Path, written: str = "${file:token}", **environment: str) -> Secret:
    """The secret of a reference."""
    return resolve(written, Surroundings(environment, folder)).secret


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """Whoever shows the secret next shows the new one, whatever was cached."""
    token = tmp_path / "token"
    token.write_text("first\n")
    secret = held(tmp_path)
    assert secret.reveal() == "first"
    token.write_text("second, which is longer")
    assert secret.reveal() == "second, which is longer"


def test_a_file_of_the_same_size_and_time_is_told_by_its_inode(tmp_path: Path) -> None:
    """A tool that replaces a file and keeps its times is noticed, too."""
    token = tmp_path / "token"
    token.write_text("first")
    times = (token.stat().st_atime_ns, token.stat().st_mtime_ns)
    secret = held(tmp_path)
    (tmp_path / "other").write_text("other")
    os.utime(tmp_path / "other", ns=times)
    (tmp_path / "other").replace(token)
    assert secret.reveal() == "other"


def test_a_kubernetes_secret_is_rotated_by_its_link(tmp_path: Path) -> None:
    """``token`` links to ``..data/token``, and ``..data`` to a folder that is swapped for another at once."""
    for name in ("first", "other"):
        (tmp_path / f"..{name}").mkdir()
        (tmp_path / f"..{name}" / "token").write_text(name)
    (tmp_path / "..data").symlink_to("..first")
    (tmp_path / "token").symlink_to("..data/token")
    secret = held(tmp_path)
    assert secret.reveal() == "first"
    (tmp_path / "..data_tmp").symlink_to("..other")
    (tmp_path / "..data_tmp").replace(tmp_path / "..data")
    assert secret.reveal() == "other"


def test_a_template_of_several_follows_each(tmp_path: Path) -> None:
    """Text, a variable and two files: any of the files may change."""
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("2")
    secret = held(tmp_path, "x=${env:X};a=${file:a};b=${file:b}", X="0")
    assert secret.reveal() == "x=0;a=1;b=2"
    (tmp_path / "b").write_text("22")
    assert secret.reveal() == "x=0;a=1;b=22"


@pytest.mark.parametrize("trouble", ["gone", "empty", "two lines", "a folder"])
def test_what_cannot_be_read_any_more_is_kept(tmp_path: Path, trouble: str) -> None:
    """The last good value stays, a log line names the reference and never the value, and once; later it goes on."""
    token = tmp_path / "token"
    token.write_text("planted-first")
    secret = held(tmp_path)
    token.unlink()
    if trouble == "a folder":
        token.mkdir()
    elif trouble != "gone":
        token.write_text("" if trouble == "empty" else "planted-a\nplanted-b")
    with capture_logs() as events:
        assert [secret.reveal() for _ in range(3)] == ["planted-first"] * 3
    (event,) = events
    assert (event["event"], event["log_level"], event["reference"]) == ("credential.kept", "warning", "${file:token}")
    assert "planted" not in str(events)
    if trouble == "a folder":
        token.rmdir()
    token.write_text("mended")
    assert secret.reveal() == "mended"


def test_it_prints_itself_as_little_as_any_secret(tmp_path: Path) -> None:
    """Before and after it changed."""
    token = tmp_path / "token"
    token.write_text("planted-first")
    secret = held(tmp_path)
    for text in ("planted-other", "planted-third!"):
        assert "planted" not in f"{secret} {secret!r} {[secret]}"
        token.write_text(text)
        secret.reveal()


def test_equal_references_are_equal(tmp_path: Path) -> None:
    """Whatever their files hold: a rotation is no change of the settings."""
    (tmp_path / "token").write_text("first")
    one, other = held(tmp_path), held(tmp_path)
    (tmp_path / "token").write_text("second one")
    other.reveal()
    assert one == other
    assert hash(one) == hash(other)
    assert one != Secret("first")


def test_many_may_look_at_once(tmp_path: Path) -> None:
    """Threads that show it while it changes see the old value or the new one, and in the end the new one."""
    token = tmp_path / "token"
    token.write_text("a" * 10)
    secret = held(tmp_path)
    seen: set[str] = set()
    start = threading.Barrier(5)

    def look() -> None:
        start.wait()
        seen.update(secret.reveal() for _ in range(200))

    crew = [threading.Thread(target=look) for _ in range(4)]
    for thread in crew:
        thread.start()
    start.wait()
    (tmp_path / "next").write_text("b" * 10)
    (tmp_path / "next").replace(token)
    for thread in crew:
        thread.join()
    assert seen <= {"a" * 10, "b" * 10}
    assert secret.reveal() == "b" * 10
