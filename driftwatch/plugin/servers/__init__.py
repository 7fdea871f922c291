"""Servers of mocks, asked right after each test which of their mocks have answered.

A server has to be named, by a line of the ini option ``driftwatch_servers`` (``wiremock http://127.0.0.1:8080``) or by
the fixture (``driftwatch.server("wiremock", url)``). ``watch`` tells the story; ``wiremock``, ``mountebank`` and
``mockserver`` read the journals, ``admin`` asks for them, ``calls`` sees what this process asks, and ``attribution``
says whose an event is. ``pact`` stands apart: its server runs in this process and is watched like a library.
"""

from driftwatch.plugin.companion import Desk
from driftwatch.plugin.servers.watch import Watch

__all__ = ["join"]


def join(desk: Desk) -> Watch:
    """Watch the servers that the ini option names, and those that will be named."""
    return Watch(desk)
