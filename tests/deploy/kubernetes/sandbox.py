"""A pod's files on this machine: what its volumes hold, below a folder, with the config's paths led there."""

import re
from pathlib import Path
from typing import Final

from tests.deploy.kubernetes.rendering import Object

CONFIG: Final = "/etc/driftwatch/driftwatch.yaml"
_FILE: Final = re.compile(r"\$\{file:([^${}]+)\}")
_CHECKED_OUT: Final = re.compile(r"mocks: (/mocks/current/\S+)")
"""What git-sync brings: folders below the link ``current``."""


def config_of(made: tuple[Object, ...]) -> str:
    """The text of the config, as its ConfigMap has it."""
    (found,) = (one for one in made if one["kind"] == "ConfigMap" and one["metadata"]["name"].startswith(
        "driftwatch-config"))  # fmt: skip
    assert found["data"].keys() == {Path(CONFIG).name}
    text: str = found["data"][Path(CONFIG).name]
    return text


def secrets_in(config: str) -> list[str]:
    """The files that a config refers to, as written."""
    return _FILE.findall(config)


def unpack(made: tuple[Object, ...], template: Object, folder: Path) -> Path:
    """Write config, mocks and stand-ins for secrets below ``folder``; returns the config's place there."""
    config = config_of(made)
    data = {one["metadata"]["name"]: one["data"] for one in made if one["kind"] == "ConfigMap"}
    volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
    (container,) = template["spec"]["containers"]
    for path in secrets_in(config):
        _write(folder, path, "postgresql://driftwatch@127.0.0.1:1/driftwatch" if path.endswith("-url") else "s3cret")
    for mount in container["volumeMounts"]:
        source = volumes[mount["name"]].get("configMap")
        if source is not None:
            names = {item["key"]: item["path"] for item in source.get("items", ())}
            for key, text in data[source["name"]].items():
                _write(folder, f"{mount['mountPath']}/{names.get(key, key)}", text)
        (folder / mount["mountPath"].removeprefix("/")).mkdir(parents=True, exist_ok=True)
    for path in _CHECKED_OUT.findall(config):
        (folder / path.removeprefix("/")).mkdir(parents=True)
    paths = "|".join(re.escape(mount["mountPath"]) for mount in container["volumeMounts"])
    return _write(folder, CONFIG, re.sub(rf"(?<=[ :])(?:{paths})(?=/)", rf"{folder}\g<0>", config))


def _write(folder: Path, path: str, text: str) -> Path:
    place = folder / path.removeprefix("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place
