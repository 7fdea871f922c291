"""What is in the image, and above all what is not."""

import json
import re
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import Final

import pytest

from driftwatch import __version__
from tests.conftest import ROOT
from tests.deploy.image.base import NAME
from tests.deploy.image.building import Secrets, build
from tests.deploy.image.containers import run
from tests.deploy.image.engine import Engine

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900)]

PACKAGES: Final = "opt/driftwatch/lib/python3.*/site-packages"
_BUILDERS: Final = re.compile(
    r"pip[0-9.]*|pip-.*|ensurepip|setuptools(-.*)?|wheel(-.*\.dist-info)?|hatchling|editables|binutils|strip|"
    r"(.*-)?(gcc|g\+\+|cc|c\+\+|clang|ld|as|make|cmake|rustc|cargo|go)(-[0-9.]+)?"
)
_MIB: Final = 1024**2


@pytest.fixture(scope="module")
def files(engine: Engine, image: str) -> Iterator[Path]:
    """The root of the image."""
    with engine.mounted(image) as root:
        yield root


def _size(root: Path, *, is_bytecode: bool | None = None) -> float:
    """MiB of the files below a folder; of bytecode alone, or of all but that."""
    found = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in found if is_bytecode in (None, path.suffix == ".pyc")) / _MIB


def test_it_says_what_it_is(engine: Engine, image: str) -> None:
    """Labels of the Open Containers Initiative, and how it is run unless somebody says otherwise."""
    said = engine.inspect("image", image)
    labels = {key.removeprefix("org.opencontainers.image."): value for key, value in said["Labels"].items()}
    assert labels.pop("io.buildah.version")
    assert labels.pop("description").startswith("Tells teams")
    assert re.fullmatch(r"|[0-9a-f]{40}(-dirty)?", labels.pop("revision"))  # empty where there is no git
    assert labels == {
        "title": "driftwatch",
        "version": __version__,
        "source": "https://git.example.com/driftwatch",
        "licenses": "Apache-2.0",
        "base.name": NAME,
    }
    config = said["Config"]
    assert (config["Entrypoint"], config["Cmd"], config["User"]) == (["driftwatch"], ["serve"], "65532:65532")
    assert (config["WorkingDir"], config["StopSignal"]) == ("/var/lib/driftwatch", "SIGTERM")
    assert list(config["ExposedPorts"]) == ["8477/tcp"]
    assert "Volumes" not in config
    assert said["Healthcheck"]["Test"] == ["CMD", "driftwatch", "serve", "--ping"]


def test_nothing_in_it_builds_or_installs(files: Path) -> None:
    """No installer of packages for Python, no compiler and no linker, nor what the build alone needed."""
    folders = ("opt", "usr/bin", "usr/sbin", "usr/local", "usr/lib/python3*", "usr/share/python-wheels", "build")
    found = [path for pattern in folders for folder in files.glob(pattern) for path in [folder, *folder.rglob("*")]]
    assert len(found) > 1000
    assert [str(path) for path in found if _BUILDERS.fullmatch(path.name)] == []
    assert not (files / "build").exists()


@pytest.mark.parametrize("name", ["pip", "pip-25.1.dist-info", "x86_64-linux-gnu-gcc-14", "ld", "setuptools"])
def test_a_builder_is_recognised(name: str) -> None:
    """The search above would find these."""
    assert _BUILDERS.fullmatch(name)


def test_only_our_command_is_on_the_path(files: Path) -> None:
    """Dependencies bring some twenty of their own, which nobody should call."""
    assert {path.name for path in (files / "opt/driftwatch/bin").iterdir() if not path.name.startswith("python")} == {
        "driftwatch"
    }


def test_licences_stay(files: Path) -> None:
    """Of each distribution, every file that it names as such is there; ours as well."""
    (packages,) = files.glob(PACKAGES)
    named = {}
    for metadata in packages.glob("*.dist-info/METADATA"):
        said = HeaderParser().parsestr(metadata.read_text(encoding="utf-8"))
        for licence in said.get_all("License-File", []):
            places = [metadata.parent / licence, metadata.parent / "licenses" / licence]
            named[f"{said['Name']}: {licence}"] = any(place.is_file() for place in places)
    assert [name for name, is_there in named.items() if not is_there] == []
    assert "driftwatch-audit: LICENSE" in named
    assert len(named) > 25


def test_every_distribution_of_the_lock_and_no_other(files: Path) -> None:
    """In the version of the lock."""
    lock = (ROOT / "requirements-image.txt").read_text(encoding="utf-8")
    wanted = {
        f"{name}-{version}"
        for name, version, marker in re.findall(r"^([a-z0-9-]+)==([^\s;]+)(.*)\\$", lock, re.MULTILINE)
        if "win32" not in marker
    }
    (packages,) = files.glob(PACKAGES)
    there = {re.sub(r"[_.]", "-", path.stem.rpartition("-")[0]).lower() + f"-{path.stem.rpartition('-')[2]}"
             for path in packages.glob("*.dist-info")}  # fmt: skip
    assert there - {f"driftwatch-audit-{__version__}"} == wanted


_LOADING: Final = """
import importlib, json, pathlib, sys, warnings
warnings.simplefilter("ignore")
import driftwatch.cli.audit, driftwatch.wiring.service
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
import apprise
assert apprise.Apprise.instantiate("json://localhost") is not None
compiled = [getattr(module, "__cached__", None) for module in list(sys.modules.values())]
print(json.dumps([place for place in compiled if place is not None and not pathlib.Path(place).exists()]))
"""
_COMPILED: Final = (
    "alembic", "backports.zstd", "brotli", "charset_normalizer.md", "markupsafe._speedups", "msgspec._core",
    "psycopg_binary", "regex._regex", "rpds", "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.util._collections_cy", "sqlite3", "ssl", "yaml._yaml", "zoneinfo",
)  # fmt: skip
"""Modules in C or Rust, whose symbols were taken out, and what is loaded only when it is needed."""


def test_all_that_a_run_may_load_is_there_and_compiled(engine: Engine, image: str) -> None:
    """Nothing was taken out that is needed, and no start has to compile anything, not even of Python's own library."""
    modules = json.dumps(["psycopg", *_COMPILED])
    ran = run(engine, image, "-c", _LOADING, modules, options=["--entrypoint=python", "--tmpfs=/tmp"])
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == []


def test_its_size(files: Path, engine: Engine, image: str) -> None:
    """What it adds to the base, in MiB; a dependency that outgrows this deserves a thought."""
    (packages,) = files.glob(PACKAGES)
    code, bytecode = _size(packages, is_bytecode=False), _size(packages, is_bytecode=True)
    added = (engine.inspect("image", image)["Size"] - engine.inspect("image", NAME)["Size"]) / _MIB
    assert 20 < code < 48
    assert 10 < bytecode < 36
    assert 40 < added < 96


def _foreign(secrets: Secrets, files: Path) -> Iterator[bytes]:
    """What this machine lent the build, where it can be told from what everybody has."""
    (bundle,) = files.glob(f"{PACKAGES}/certifi/cacert.pem")
    usual = (files / "etc/ssl/certs/ca-certificates.crt").read_bytes() + bundle.read_bytes()
    for pem in re.findall(rb"-----BEGIN CERTIFICATE-----\s+([^-]+)", secrets.authorities.read_bytes()):
        lines = pem.split()
        if lines[0] not in usual or lines[-1] not in usual:
            yield lines[len(lines) // 2]
    yield b"/run/secrets/authorities"
    for line in secrets.pip.read_bytes().splitlines()[2:]:
        yield from (word for word in line.partition(b"=")[2].split() if b"." in word or b"/" in word)


def test_nothing_of_the_machine_that_built_it_is_left(
    engine: Engine, image: str, secrets: Secrets, files: Path
) -> None:
    """Neither its authorities nor the settings of its pip: not in a file, not in the image's settings and history."""
    needles = set(_foreign(secrets, files))
    told = f"{engine.inspect('image', image)}{engine.podman('history', '--no-trunc', image)}".encode()
    assert not [needle for needle in needles if needle in told and needle != b"/run/secrets/authorities"]
    found = {
        (str(path.relative_to(files)), needle)
        for path in files.rglob("*")
        if path.is_file() and not path.is_symlink()
        for content in [path.read_bytes()]
        for needle in needles
        if needle in content
    }
    assert found == set()
    assert not list(files.rglob("pip.conf"))
    assert not list((files / "run").glob("secrets/*"))
    assert not list(files.glob("root/.*cache"))


def test_a_trace_would_be_noticed(secrets: Secrets, files: Path) -> None:
    """The search above looks for something."""
    authorities = secrets.authorities.read_bytes()
    for needle in _foreign(secrets, files):
        assert needle in authorities or needle in secrets.pip.read_bytes()


def test_postgresql_can_be_left_out(engine: Engine, secrets: Secrets, image: str) -> None:
    """With a build argument; a store there is then refused with a sentence, and a file works."""
    smaller = build(engine, secrets, "localhost/driftwatch:small", "--build-arg=POSTGRES=no")
    sizes = [engine.inspect("image", name)["Size"] / _MIB for name in (image, smaller)]
    assert sizes[0] - sizes[1] > 8
    store = "--env=DRIFTWATCH_STORE=postgresql://nobody@127.0.0.1:9/nothing"
    ran = run(engine, smaller, "findings", "list", options=[store, "--tmpfs=/etc/driftwatch"])
    assert ran.returncode == 2
    assert "postgres" in ran.stderr.lower()
    assert "Traceback" not in ran.stderr
