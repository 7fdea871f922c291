"""Where moco looks for files: in the folder it was started in, or in a settings file's ``file_root`` below that."""

from collections.abc import Iterator
from pathlib import Path

from driftwatch.mocks.answers.attached import folders_up
from driftwatch.mocks.text.documents import Document


def folders(document: Document, file_root: str) -> Iterator[Path]:
    """The folders that may be meant, the likeliest first."""
    relative = file_root.replace("\\", "/").replace("\0", "")
    for folder in folders_up(document):
        yield folder / relative if relative else folder
    if relative:
        # the list itself may stand in that folder
        yield from folders_up(document)
