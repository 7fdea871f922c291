"""Where the daemon of a config listens, whatever else is wrong with that config."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.settings.node import Node, address
from driftwatch.settings.opening import read_document

HOST: Final = "127.0.0.1"
_LAST_PORT: Final = 65_535
PORT: Final = 8477
"""Outside of 9100 to 9999, which the list of Prometheus exporters has given away."""


class Listening(Struct, frozen=True):
    """What of ``web`` matters to whoever wants to reach it."""

    host: str
    port: int
    certificate: Path | None = None
    """With its ``key``: the daemon encrypts."""
    key: Path | None = None
    asks_for_certificate: bool = False
    """Clients need one."""


def listening(config: Path) -> Listening:
    """Where it listens.

    Nothing else is looked at, and no credential is looked up: a daemon whose config was spoilt while it ran holds on to
    the one before, and is no less alive. A daemon would not have started with a ``web`` that is wrong, so what is
    wrong in it is told in one sentence; `driftwatch config check` has more. Raises ``SettingsError``.
    """
    root = read_document(config, str(config)).root
    found = _found(root, config.parent)
    if found is None:
        where = address(str(config), root.line_of(("web",)), ("web",))
        raise SettingsError([Mistake(where, "this does not say where to listen", "See `driftwatch config check`.")])
    return found


def _found(root: Node, folder: Path) -> Listening | None:
    web = root.children.get("web", Node({}))
    tls = web.children.get("tls", Node({}))
    if not isinstance(web.plain, dict) or not isinstance(tls.plain, dict):
        return None
    host, port = web.plain.get("host", HOST), web.plain.get("port", PORT)
    if not isinstance(host, str) or not isinstance(port, int) or not 0 <= port <= _LAST_PORT:
        return None
    certificate, key = tls.children.get("certificate"), tls.children.get("key")
    if certificate is not None and key is not None:
        return Listening(host, port, folder / certificate.text, folder / key.text, "client_authorities" in tls.plain)
    return Listening(host, port) if tls.plain == {} else None
