"""Which files a config was made of, beside the config itself: credentials, authorities, suppressions."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.model.suppression import Suppression
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.reference import Referenced
from driftwatch.settings.tree import Settings

_FILE: Final = re.compile(r"\$\{file:([^${}]+)\}")


def files_of(settings: Settings, config: Path) -> tuple[Path, ...]:
    """The config first, then each file that was read with it, once. Mocks are not among them."""
    found = [config, *_files(settings, config.parent)]
    return tuple(dict.fromkeys(found))


def _files(part: object, folder: Path) -> Iterator[Path]:
    match part:
        case Referenced(written=written):
            yield from (folder / path for path in _FILE.findall(written))
        case Suppression(where=where):
            yield Path(where.rpartition(":")[0])
        case WrittenPath(path=path):
            if path.is_file():
                yield path
        case Mapping():
            for below in part.values():
                yield from _files(below, folder)
        case tuple():
            for below in part:
                yield from _files(below, folder)
        case Struct():
            for name in part.__struct_fields__:
                if name != "mocks":
                    yield from _files(getattr(part, name), folder)
        case _:
            return
