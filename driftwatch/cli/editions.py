"""Reports beside the one that is shown: one audit, told in several formats, each in a file of its own."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.cli.output import check_output, put
from driftwatch.model.errors import UsageError
from driftwatch.model.summary import Summary
from driftwatch.reports.catalog import REPORTS, Options, report
from driftwatch.settings.words import guess

_OPTION: Final = "--report"
_NAMES: Final = tuple(known.name for known in REPORTS)


class Edition(Struct, frozen=True):
    """One report, as ``--report FORMAT=FILE`` asks for it."""

    form: str
    file: Path


def editions(wanted: Iterable[str], *taken: Path | None) -> tuple[Edition, ...]:
    """What is asked for, checked before the work begins; ``taken`` are the files that other options write.

    Raises ``UsageError``. What is no regular file, a pipe or ``/dev/null``, may be written to more than once.
    """
    places = {_place(file) for file in taken if file is not None}
    chosen: list[Edition] = []
    for written in wanted:
        form, sign, file = written.partition("=")
        if form not in _NAMES:
            raise UsageError(f"{_OPTION} {written}: there is no format {form!r}. {guess(form, _NAMES)}")
        if not sign or not file:
            raise UsageError(f"{_OPTION} {written} names no file: write FORMAT=FILE, such as {form}=report.{form}")
        edition = Edition(form, Path(file))
        check_output(edition.file, f"{_OPTION} {form}")
        if edition.file.is_dir():
            raise UsageError(f"{_OPTION} {written}: that is a folder; name a file in it")
        if _place(edition.file) in places:
            raise UsageError(f"{_OPTION} {written}: another report goes to that file; give each a file of its own")
        if edition.file.is_file() or not edition.file.exists():
            places.add(_place(edition.file))
        chosen.append(edition)
    return tuple(chosen)


def publish(chosen: Iterable[Edition], summary: Summary, options: Options) -> Iterator[UsageError]:
    """Write them, each whole or not at all; yields what could not be written, which costs none of the others."""
    plain = replace(options, colour=False, width=Options().width)
    for edition in chosen:
        try:
            put(report(edition.form).render(summary, plain), edition.file, f"{_OPTION} {edition.form}")
        except UsageError as error:
            yield error


def _place(file: Path) -> Path:
    """Where a file really is, so that a link to it is no other file."""
    try:
        return file.resolve()
    except RuntimeError as error:  # what pathlib raises for links that go round
        raise UsageError(f"{_OPTION}: {file} is a link to itself; name a file") from error
