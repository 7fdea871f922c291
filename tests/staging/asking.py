"""A client of a few lines for the staging service's own tests: plain ``http.client``, one connection a call."""

import http.client
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Said:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    raw: bytes

    @property
    def body(self) -> object:
        """The JSON document."""
        return json.loads(self.raw)


def ask(url: str, operation: str, body: object = None, **headers: str) -> Said:
    """Ask once; ``X_Api_Key`` is the header ``X-Api-Key``; a ``bytes`` body is sent as it is, any other as JSON."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        return ask_on(connection, operation, body, **headers)
    finally:
        connection.close()


def ask_on(connection: http.client.HTTPConnection, operation: str, body: object = None, **headers: str) -> Said:
    """Ask on a connection that stays."""
    method, _, target = operation.partition(" ")
    sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None and not isinstance(body, bytes):
        named.setdefault("Content-Type", "application/json")
    connection.request(method, target, sent, named)
    answer = connection.getresponse()
    return Said(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


def together(*calls: Callable[[], Said]) -> list[Said]:
    """The answers to calls that are made at the same time, in the order of the calls."""
    said: list[Said | None] = [None] * len(calls)

    def make(number: int) -> None:
        said[number] = calls[number]()

    threads = [threading.Thread(target=make, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for one in said if one is not None]
