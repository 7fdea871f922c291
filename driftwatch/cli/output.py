"""Where a report goes: the screen, or a file that is written whole or not at all."""

import os
from pathlib import Path

import click

from driftwatch.model.errors import UsageError


def check_output(output: Path | None, option: str = "--output") -> None:
    """Complain of a folder that cannot be written to before the work is done, not after it; raises ``UsageError``."""
    if output is None or (output.exists() and not output.is_file()):
        return
    folder = output.resolve().parent if output.exists() else output.parent
    if not folder.is_dir():
        raise UsageError(f"{option} {output} cannot be written: there is no folder {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{option} {output} cannot be written: nothing may be created in {folder}")


def put(text: str, output: Path | None, option: str = "--output") -> None:
    """Print, or write a file; raises ``UsageError`` if that is impossible, and whatever stood there still stands."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        if output.exists() and not output.is_file():
            output.write_text(text, encoding="utf-8")  # a pipe or a device, which must not be replaced by a file
        else:
            _replace(output.resolve(), text)
    except OSError as error:
        raise UsageError(f"{option} {output} cannot be written: {error.strerror}") from error


def _replace(place: Path, text: str) -> None:
    """``place`` is no link: that would be replaced instead of the file it leads to."""
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
