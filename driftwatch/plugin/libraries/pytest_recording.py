"""pytest-recording: cassettes of VCR.py that may be put together from several files.

Facts from pytest-recording 0.14.1: its persister asks ``load_cassette`` for each file, and hands VCR.py the exchanges
of all of them, one file after the other. What is played is heard by ``vcr``'s file here.
"""

from types import ModuleType

from driftwatch.plugin.companion import Desk
from driftwatch.plugin.libraries.answers import Answers
from driftwatch.plugin.libraries.cassettes import count


def install(module: ModuleType, desk: Desk, answers: Answers) -> None:  # noqa: ARG001 - vcr's file answers
    """Hear how many exchanges come from which file."""
    desk.patches.after(module, "load_cassette", lambda loaded, path, *_: count(path, loaded[0]))
