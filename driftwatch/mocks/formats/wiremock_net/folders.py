"""Where WireMock.Net looks: mappings below ``__admin/mappings``, and the files they name in that folder too.

``LocalFileSystemHandler`` (WireMock-Net/WireMock.Net @ 96eca42): a file that is not there is looked for in the folder
the server runs in, which by default is the one above ``__admin``.
"""

from typing import Final

from driftwatch.mocks.answers.attached import Attached, read_attached
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document

_ADMIN: Final = "__admin"
_MAPPINGS: Final = "mappings"


def home(document: Document) -> str:
    """The folder of the server that a mapping belongs to; empty for the mocks folder itself."""
    depth = _depth(document.folders)
    return "" if depth is None else "/".join(document.folders[:depth])


def is_inside(document: Document) -> bool:
    """Whether a file stands below a folder of mappings."""
    return _depth(document.folders) is not None or (
        document.root.name == _MAPPINGS and document.root.parent.name == _ADMIN
    )


def _depth(folders: tuple[str, ...]) -> int | None:
    pairs = range(len(folders) - 2, -1, -1)
    return next((depth for depth in pairs if folders[depth : depth + 2] == (_ADMIN, _MAPPINGS)), None)


def read_file(name: str, document: Document, *steps: Step) -> Attached:
    """A file that a mapping names. Raises ``Refusal`` if there is none inside the mocks folder."""
    depth = _depth(document.folders)
    own = document.path.parent
    server = document.root.joinpath(*document.folders[:depth])
    looked_in = [own] if depth is None else [server / _ADMIN / _MAPPINGS, server, own]
    try:
        return read_attached(name.lstrip("/\\"), looked_in, document)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=steps) from refusal
