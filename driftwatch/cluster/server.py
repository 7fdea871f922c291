"""What is asked of an API server: all Deployments of a namespace, and then every change of them.

Sources: "Kubernetes API Concepts" on lists in chunks, watches, bookmarks and 410 Gone.
"""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final, TypeVar

import msgspec
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

from driftwatch import __version__
from driftwatch.cluster.access import Access
from driftwatch.cluster.deployment import Deployment
from driftwatch.cluster.refusals import DEPLOYMENTS, Listed, about_answer, about_silence
from driftwatch.cluster.trouble import ClusterError, ExpiredError

T = TypeVar("T")

_CONNECT: Final = 5.0
_READ: Final = 30.0
"""Seconds of silence, while something is asked that is answered at once."""
_PAGE: Final = 100
"""Deployments of a list that come together."""
_LARGEST_PAGE: Final = 64 * 1024**2
_LONGEST: Final = 8 * 1024**2
"""Bytes of a change: an object has 1.5 MB at most (etcd's limit)."""
_SAID: Final = 64 * 1024
"""Bytes of a refusal that are looked at."""
_OK: Final = 200
_GONE: Final = 410


class _ListMetadata(msgspec.Struct):
    resourceVersion: str = ""  # noqa: N815 - named as the API names it
    next: str = msgspec.field(default="", name="continue")


class _List(msgspec.Struct):
    metadata: _ListMetadata = msgspec.field(default_factory=_ListMetadata)
    items: list[Deployment] = msgspec.field(default_factory=list)


class _Change(msgspec.Struct):
    type: str
    object: msgspec.Raw


class _Refusal(msgspec.Struct):
    code: int = 0


class Listing(msgspec.Struct, frozen=True):
    """All Deployments at one moment."""

    deployments: tuple[Deployment, ...]
    version: str
    """The moment, as the API server names it."""


class Change(msgspec.Struct, frozen=True):
    """One change, or the word that there was none up to a moment."""

    version: str
    deployment: Deployment | None = None
    is_deleted: bool = False


class Server:
    """One namespace of an API server, for one thread; any other may ``cut`` it."""

    listed: ClassVar[Listed] = DEPLOYMENTS

    def __init__(self, access: Access, namespace: str, selector: str = "") -> None:
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)
        self._access = access
        self._namespace = namespace
        self._selector = selector
        self._raw: Any = None
        self._is_cut = False

    def listing(self) -> Listing:
        """All Deployments. Raises ``ClusterError`` if nobody can know, ``ExpiredError`` if it took too long."""
        found: list[Deployment] = []
        more = ""
        while True:
            page = self._page(more)
            found += page.items
            more = page.metadata.next
            if not more:
                return Listing(tuple(found), page.metadata.resourceVersion)

    def changes(self, version: str, seconds: int) -> Iterator[Change]:
        """Every change since a moment, as it comes, for so long.

        Raises ``ExpiredError`` if the moment is too long ago, ``ClusterError`` if the connection broke.
        """
        asked = {
            "watch": "true", "allowWatchBookmarks": "true", "resourceVersion": version, "timeoutSeconds": str(seconds),
        }  # fmt: skip
        with self._asked(asked, seconds + _READ) as raw:
            for line in _lines(raw, self._where):
                yield self._change(line)

    def cut(self) -> None:
        """End what is asked at this moment, and all that is asked later."""
        self._is_cut = True
        raw = self._raw
        if raw is not None:
            try:
                raw.shutdown()
            except (OSError, ValueError, RuntimeError):  # it has just ended by itself
                return

    @property
    def _where(self) -> str:
        return f"the API server {self._access.server}"

    def _page(self, more: str) -> _List:
        return self._read(more, _List)

    def _read(self, more: str, form: type[T]) -> T:
        """One page of a list."""
        asked = {"limit": str(_PAGE), **({"continue": more} if more else {})}
        with self._asked(asked, _READ) as raw:
            body = _body(raw, _LARGEST_PAGE, self._where)
        try:
            return msgspec.json.decode(body, type=form)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ClusterError(f"{self._where} answers with something else than {self.listed.noun}", _SEE) from error

    @contextmanager
    def _asked(self, asked: dict[str, str], silence: float) -> Iterator[Any]:
        """The answer's body as urllib3 has it, on a connection of its own: the next is minutes away."""
        self._check_cut()
        url = f"{self._access.server}/{self.listed.path.format(self._namespace)}"
        token = self._access.token()
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"driftwatch/{__version__}",
        }
        if token is not None:
            headers["Authorization"] = f"Bearer {token.reveal()}"
        selected = {"labelSelector": self._selector} if self._selector else {}
        with _session(self._access.verify, self._where) as session:
            try:
                answer = session.get(
                    url, params={**asked, **selected}, headers=headers, timeout=(_CONNECT, silence), stream=True,
                    allow_redirects=False,
                )  # fmt: skip
            except (requests.RequestException, OSError, ValueError) as error:
                raise about_silence(error, self._where) from error
            with answer:
                self._raw = answer.raw
                self._check_cut()  # it may have been while nobody had a connection to cut
                self._check(answer)
                yield answer.raw

    def _check_cut(self) -> None:
        if self._is_cut:
            raise ClusterError("it is not watched any more", "Nothing is to be done.")

    def _check(self, answer: requests.Response) -> None:
        if answer.status_code == _GONE:
            raise ExpiredError
        if answer.status_code != _OK:
            said = _body(answer.raw, _SAID, self._where)
            raise about_answer(answer.status_code, said, self._where, self._namespace, self.listed)

    def _change(self, line: bytes) -> Change:
        try:
            change = msgspec.json.decode(line, type=_Change)
            if change.type == "ERROR":
                code = msgspec.json.decode(change.object, type=_Refusal).code
                raise ExpiredError if code == _GONE else about_answer(code, b"", self._where, self._namespace)
            deployment = msgspec.json.decode(change.object, type=Deployment)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ClusterError(f"{self._where} tells of a change that cannot be read", _SEE) from error
        is_bookmark = change.type == "BOOKMARK"
        return Change(
            deployment.metadata.resourceVersion, None if is_bookmark else deployment, change.type == "DELETED"
        )


_SEE: Final = "See that `deploys.kubernetes.server` leads to it and not to something before it."


class _Adapter(HTTPAdapter):
    """Trusts whom the context trusts."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **options)


def _session(verify: bool | str, where: str) -> requests.Session:
    """Trusts the authorities of a file, which is read anew, or the usual ones."""
    session = requests.Session()
    session.trust_env = False  # a ~/.netrc would take the place of the token
    if isinstance(verify, str):
        try:
            session.mount("https://", _Adapter(trusting(verify)))
        except OSError as error:
            remedy = "See the file, or how the service account is mounted."
            raise ClusterError(f"the authorities of {where} cannot be read at {verify}", remedy) from error
        session.verify = verify
    return session


def trusting(authorities: str) -> ssl.SSLContext:
    """A context for the authorities of a cluster.

    Python 3.13 asks of all authorities what RFC 5280 asks of those of the public, and many a cluster made its own
    without key identifiers (kubernetes-client/python, issue 2394): such a one is believed nevertheless.
    """
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = True
    context.load_verify_locations(cafile=authorities)
    return context


def _body(raw: Any, most: int, where: str) -> bytes:
    body = bytearray()
    for part in _parts(raw, where):
        body += part
        if len(body) > most:
            raise ClusterError(f"{where} answers with more than {most} bytes", "Select fewer with `selector`.")
    return bytes(body)


def _lines(raw: Any, where: str) -> Iterator[bytes]:
    left = bytearray()
    for part in _parts(raw, where):
        left += part
        *lines, rest = left.split(b"\n")
        left = rest
        if len(left) > _LONGEST:
            raise ClusterError(f"{where} tells of a change of more than {_LONGEST} bytes", _SEE)
        yield from (bytes(line) for line in lines if line.strip())


def _parts(raw: Any, where: str) -> Iterator[bytes]:
    """What comes, as it comes."""
    try:
        yield from raw.stream(64 * 1024, decode_content=True)
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise about_silence(error, where) from error
