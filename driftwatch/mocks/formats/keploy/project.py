"""What Keploy keeps beside the recordings: the values of a test set's templates, and the noise of the whole project."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.formats.keploy.noise import Noise, merge, read_global
from driftwatch.mocks.text.documents import Document, open_document
from driftwatch.mocks.text.fields import Object

_PROJECT_FILES: Final = ("keploy.yml", "keploy.yaml")
_SET_FILE: Final = "config.yaml"


def is_project(value: Object) -> bool:
    """Whether a document is ``keploy.yml``."""
    test = value.get("test")
    return isinstance(test, dict) and "globalNoise" in test


def is_set_config(value: Object) -> bool:
    """Whether a document is the ``config.yaml`` of a test set."""
    return {"preScript", "postScript"} <= set(value) and "version" not in value


class CallSet(Struct, frozen=True):
    """What is known of a test set beyond its recordings."""

    name: str = ""
    """Its folder's name; empty for the mocks folder itself, whose name is another on every machine."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Values of templates in the recorded run."""
    noise: Noise = field(default_factory=Noise)

    @classmethod
    def beside(cls, document: Document, home: str) -> "CallSet":
        """The set that a file belongs to; its configuration is looked for inside of the mocks folder only."""
        folder = PurePosixPath(home)
        name = folder.name
        config = _open(document, (folder / _SET_FILE).as_posix())
        candidates = (above / file for above in (folder, *folder.parents) for file in _PROJECT_FILES)
        projects = (_open(document, candidate.as_posix()) for candidate in candidates)
        project = next((found for found in projects if found is not None), None)
        return cls(name, _values(config), _noise(project, name or document.root.name))


def _open(beside: Document, file: str) -> Document | None:
    path = Path(beside.root, file)
    try:
        if not path.is_file() or not path.resolve().is_relative_to(beside.root.resolve()):
            return None
    except (OSError, RuntimeError, ValueError):
        return None
    document = open_document(path, beside.root, beside.limits, beside.options)
    return document if isinstance(document, Document) and document.problem is None else None


def _values(config: Document | None) -> dict[str, str]:
    value = config.value if config is not None else None
    template = value.get("template") if isinstance(value, dict) else None
    if config is None or not isinstance(template, dict):
        return {}
    return {
        name: config.scalar("template", name) for name, one in template.items() if isinstance(one, str | int | float)
    }


def _noise(project: Document | None, name: str) -> Noise:
    value = project.value if project is not None else None
    test = value.get("test") if isinstance(value, dict) else None
    noise = test.get("globalNoise") if isinstance(test, dict) else None
    if not isinstance(noise, dict):
        return Noise()
    sets = noise.get("test-sets")
    return merge(read_global(noise.get("global")), read_global(sets.get(name) if isinstance(sets, dict) else None))
