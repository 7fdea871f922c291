"""Which mocks seem to imitate the same service, and the fewest folders and files that name them."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct, field

from driftwatch.model.proposal import Landmark

NAMELESS: Final = "service"
"""The provider of mocks that say nothing, in folders that say nothing."""

_STRUCTURE: Final = frozenset([
    "src", "main", "test", "tests", "testing", "spec", "specs", "e2e", "integration", "it", "unit", "resources",
    "java", "kotlin", "groovy", "scala", "python", "app", "apps", "services", "packages", "libs", "modules",
    "projects", "data", "http", "dev", "local",
])  # fmt: skip
"""Names of folders that hold a project together and name no service."""
_MOCKS: Final = frozenset([
    "mock", "mocks", "__mocks__", "stub", "stubs", "fixture", "fixtures", "__fixtures__", "recording",
    "recordings", "__recordings__", "cassette", "cassettes", "vcr_cassettes", "vcr", "tape", "tapes", "har",
    "hars", "pact", "pacts", "contract", "contracts", "openapi", "swagger", "apis", "schemas", "wiremock",
    "mappings", "__files", "__admin", "mountebank", "imposters", "mockoon", "nock", "nocks", "keploy", "hoverfly",
    "simulations", "mockserver", "expectations", "postman", "collections", "bruno", "insomnia", "responses",
    "snapshots", "microcks", "imposter",
])  # fmt: skip
"""Names of folders that say what is in them and not whom it imitates."""
_PARTS: Final = frozenset(["mappings", "__files", "__admin"])
"""Folders of a mock server that find each other only from the folder above them."""
_NUMBERED: Final = re.compile(r"test-set-\d+", re.IGNORECASE)
_VERSION: Final = re.compile(r"v?\d+(?:\.\d+)*", re.IGNORECASE)
"""A folder that tells servers of one service apart and names none."""
_UNFIT: Final = re.compile(r"(?:[^a-z0-9._]|-)+")
_LONGEST: Final = 63


class MockFile(Struct, frozen=True):
    """A file with at least one interaction, and what it tells."""

    file: str
    landmark: Landmark


def name_of(text: str) -> str:
    """A text as a provider's name: small letters, digits, ``.``, ``_`` and ``-``; empty if nothing of it is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _UNFIT.sub("-", plain).strip("-._")[:_LONGEST].rstrip("-._")


def group(files: Iterable[MockFile], folder: str) -> dict[str, str]:
    """The provider of each file.

    A contract names its provider, whatever folder it lies in. Other files follow their folder, unless they speak of
    several services: then each follows its own. ``folder`` is the name of the folder that all of them lie in.
    """
    providers: dict[str, str] = {}
    together: dict[str, list[MockFile]] = defaultdict(list)
    for one in files:
        named = name_of(one.landmark.provider)
        if named:
            providers[one.file] = named
        else:
            together[_label(one)].append(one)
    rest = NAMELESS if _is_generic(folder) else name_of(folder) or NAMELESS
    for label, members in together.items():
        services = {_service(one) for one in members} - {""}
        for one in members:
            own = _service(one)
            providers[one.file] = (own if len(services) > 1 or not label else "") or label or rest
    return providers


def _service(one: MockFile) -> str:
    """The service a file speaks of by its title or its main host; empty if by none."""
    title = name_of(one.landmark.title)
    return title or next((name_of(host) for host in one.landmark.hosts if _is_name(host)), "")


def _is_name(host: str) -> bool:
    """Whether a host names a service; a number names a machine."""
    try:
        ip_address(host.partition(":")[0])
    except ValueError:
        return True
    return False


def _label(one: MockFile) -> str:
    """The name that a file's folders give: of a mock server all of them, else the outermost that names anything."""
    folders = PurePosixPath(one.landmark.server).parts if one.landmark.server else PurePosixPath(one.file).parts[:-1]
    telling = [part for part in folders if not _is_generic(part)]
    names = [name for part in telling if not _VERSION.fullmatch(part) and (name := name_of(part))]
    if one.landmark.server and names:
        return name_of("-".join(telling))
    return next(iter(names), "")


def _is_generic(folder: str) -> bool:
    name = folder.lower()
    return name in _STRUCTURE or name in _MOCKS or _NUMBERED.fullmatch(name) is not None


class _Folder(Struct):
    """What lies below one folder."""

    path: str
    folders: "dict[str, _Folder]" = field(default_factory=dict)
    files: list[MockFile] = field(default_factory=list)
    providers: set[str] = field(default_factory=set)


def cover(files: Iterable[MockFile], providers: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The folders and files of each provider: a folder wherever all mocks in it are of one, so that new ones join."""
    root = _tree(files, providers)
    places: dict[str, list[str]] = defaultdict(list)
    for provider, path in _places(root, providers):
        places[provider].append(path)
    return {provider: tuple(sorted(paths)) for provider, paths in sorted(places.items())}


def _tree(files: Iterable[MockFile], providers: Mapping[str, str]) -> _Folder:
    root = _Folder("")
    for one in files:
        here = root
        here.providers.add(providers[one.file])
        for part in PurePosixPath(one.file).parts[:-1]:
            here = here.folders.setdefault(part, _Folder(f"{here.path}/{part}".lstrip("/")))
            here.providers.add(providers[one.file])
        here.files.append(one)
    return root


def _places(root: _Folder, providers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    waiting = [root]
    while waiting:
        here = waiting.pop()
        if len(here.providers) == 1:
            yield next(iter(here.providers)), _inside(here).path
        else:
            yield from ((providers[one.file], one.file) for one in here.files)
            waiting += here.folders.values()


def _inside(here: _Folder) -> _Folder:
    """The folder below the mere structure of a project, so that an audit need not read the project.

    It goes no further than to a folder named after mocks: what lies there may refer to its neighbours.
    """
    while not here.files and len(here.folders) == 1 and not _is_mocks(here):
        ((name, only),) = here.folders.items()
        is_structure = not here.path or PurePosixPath(here.path).name.lower() in _STRUCTURE
        if name in _PARTS or not (is_structure or name.lower() in _STRUCTURE):
            break
        here = only
    return here


def _is_mocks(here: _Folder) -> bool:
    return PurePosixPath(here.path).name.lower() in _MOCKS


def beside(files: Iterable[str], places: Iterable[str]) -> tuple[str, ...]:
    """The files that none of the places holds."""
    held = set(places)
    return tuple(
        file
        for file in dict.fromkeys(files)
        if not held.intersection(("", file, *map(str, PurePosixPath(file).parents)))
    )


def counted_hosts(files: Iterable[MockFile]) -> tuple[str, ...]:
    """Whom several files speak of, those of most files first."""
    counted = Counter(host for one in files for host in one.landmark.hosts)
    return tuple(host for host, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
