"""All mends of one file at once: found again, spliced in, and read back."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from posixpath import normpath

from driftwatch.mocks.asking import effort
from driftwatch.mocks.catalog import recognise
from driftwatch.mocks.places import Place
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting import answer
from driftwatch.mocks.rewriting.desk import Desk
from driftwatch.mocks.rewriting.excerpt import LARGE, Excerpt, excerpt_of
from driftwatch.mocks.rewriting.ground import ground_of
from driftwatch.mocks.rewriting.sheet import Found, home_of, interactions, is_as_intended, number_of
from driftwatch.mocks.rewriting.splices import Splice, in_order, spliced
from driftwatch.mocks.rewriting.whole_file import encoded
from driftwatch.mocks.text.documents import Document, Options, open_document
from driftwatch.mocks.text.opening import Drafts, content_of
from driftwatch.model.edit import Mend, Unwritten, digest_of
from driftwatch.model.interaction import Interaction

_EDITED = "it was edited since the audit read it; run `driftwatch heal` again"
_FAULT = "it could not be rewritten ({})"
_LOST = "what was rewritten does not read back as intended: {}"


class OneFile:
    """The mends of one file."""

    def __init__(self, desk: Desk, place: Place, base: Path, path: Path) -> None:
        self._desk = desk
        self._place = place
        self._base = base
        self._path = path
        self._prefix = f"{place.folder}/" if place.folder else ""
        self._source = place.source
        self._is_part = False
        """The file is a part of others, and says not enough alone."""

    def rewrite(self, mends: Sequence[Mend]) -> Iterator[Unwritten]:
        """Make drafts of the mends; those that could not be made come out."""
        effort.begin()
        document = self._opened(self._desk.contents)
        if document is None:
            yield from (Unwritten(mend, _EDITED) for mend in mends)
            return
        if len(document.text) >= LARGE:
            left = self._by_excerpts(mends, document)
            if 0 < len(left) < len(mends):
                document = self._opened(self._desk.contents)
            mends = left
        if mends and document is not None:
            document.load()
            yield from self._whole(mends, document)
        effort.end()

    def _opened(self, drafts: Drafts) -> Document | None:
        document = open_document(
            self._path, self._base, self._source.limits, self._options(drafts), is_patient=True, large=LARGE
        )
        return document if isinstance(document, Document) else None

    def _options(self, drafts: Drafts) -> Options:
        return Options(self._source.global_templating, self._source.variables, self._source.now, drafts)

    # the file as a whole

    def _whole(self, mends: Sequence[Mend], document: Document) -> Iterator[Unwritten]:
        before = self._read(document, self._desk.contents)
        if any(number_of(mend, before) is None for mend in mends):
            self._is_part = True
            before = self._read(document, self._desk.contents)
        ready: list[Found] = []
        for mend in mends:
            try:
                ready.append(self._prepared(mend, number_of(mend, before), document, before))
            except Refusal as refusal:
                yield Unwritten(mend, refusal.reason)
            except Exception as error:  # a fault of ours in one format must not cost the other mends
                yield Unwritten(mend, _FAULT.format(type(error).__name__))
        yield from self._written(ready, document, before)

    def _read(self, document: Document, drafts: Drafts) -> list[Interaction]:
        """The file's interactions: from itself, or from all the mocks that it is a part of."""
        if self._is_part:
            return interactions(self._place.drafted(drafts).read(), self._prefix + document.file)
        return _read_alone(document)

    def _prepared(self, mend: Mend, number: int | None, document: Document, before: Sequence[Interaction]) -> Found:
        """The changes that make a mend. Raises ``Refusal``."""
        interaction = before[number] if number is not None else None
        if number is None or interaction is None or mend.variant >= len(interaction.variants):
            raise Refusal(_EDITED)
        if mend.seen and mend.seen != digest_of(interaction.variants[mend.variant]):
            raise Refusal(_EDITED)
        home = home_of(document, interaction, mend.variant)
        found = Found(mend, number, interaction, home, home.document or document)
        found.file = home.body.file if home.body is not None else None
        ground = ground_of(found.document, home, mend.edits)
        place = answer.Place(home, found.variant, found.document, ground, lambda: self._content(found))
        changed = place.changed(mend.edits)
        found.content = changed.content
        found.splices += [*changed.splices, *(ground.edited(changed.ops) if changed.ops else ())]
        return found

    def _content(self, found: Found) -> bytes:
        """The body file, if no other mock answers with it. Raises ``Refusal``."""
        if found.file is None:
            raise Refusal("its body file is not known")
        shared = self._desk.sharers(found.variant.body_file)
        if len(shared) > 1:
            others = ", ".join(shared[:4])
            raise Refusal(f"its body file `{found.variant.body_file}` is that of several mocks: {others}")
        return content_of(found.file, self._source.limits.body_bytes, self._desk.contents)

    # putting together

    def _written(self, ready: list[Found], document: Document, before: Sequence[Interaction]) -> Iterator[Unwritten]:
        """All at once; where that does not read back, those that do, so that one costs no other."""
        if ready:
            yield from self._sifted(ready, [], document, before)

    def _sifted(
        self, ready: list[Found], kept: list[Found], document: Document, before: Sequence[Interaction]
    ) -> Iterator[Unwritten]:
        """By halves: those that can be made beside ``kept`` join it."""
        problem = self._tried([*kept, *ready], document, before)
        if not problem:
            kept += ready
        elif len(ready) == 1:
            yield Unwritten(ready[0].mend, problem)
        else:
            half = len(ready) // 2
            yield from self._sifted(ready[:half], kept, document, before)
            yield from self._sifted(ready[half:], kept, document, before)

    def _tried(self, ready: list[Found], document: Document, before: Sequence[Interaction]) -> str:
        """Make these; why not, if they do not read back."""
        try:
            return self._tried_once(ready, document, before)
        except Refusal as refusal:
            return refusal.reason
        except Exception as error:  # as above
            return _FAULT.format(type(error).__name__)

    def _tried_once(self, ready: list[Found], document: Document, before: Sequence[Interaction]) -> str:
        changed = self._files(ready)
        drafts = {**self._desk.contents, **{str(path.resolve()): after for path, (_, after) in changed.items()}}
        again = self._opened(drafts)
        if again is not None:
            again.load()
        if again is None or (again.problem is None) is not (document.problem is None):
            return _LOST.format("the file cannot be parsed any more")
        problem = is_as_intended(ready, document, before, self._read(again, drafts))
        if problem:
            return _LOST.format(problem)
        self._keep(changed, ready)
        return ""

    def _keep(self, changed: dict[Path, tuple[str, bytes]], ready: Sequence[Found]) -> None:
        for path, (file, after) in changed.items():
            name = file or Path(os.path.relpath(path, self._base)).as_posix()
            self._desk.put(path, normpath(self._prefix + name), after, self._source.limits.file_bytes)
        self._desk.notes.update(dict.fromkeys(one.home.note for one in ready if one.home.note))

    def _files(self, ready: Sequence[Found]) -> dict[Path, tuple[str, bytes]]:
        """The new contents of all files that change. Raises ``Refusal``."""
        splices: dict[Path, list[Splice]] = {}
        documents: dict[Path, Document] = {}
        for one in ready:
            documents[one.document.path] = one.document
            known = splices.setdefault(one.document.path, [])
            known += [splice for splice in one.splices if splice not in known]  # of one place that several mocks show
        found = _body_files(ready)
        for path, all_of_it in splices.items():
            if all_of_it:
                found[path] = self._spliced(documents[path], all_of_it)
        return found

    def _spliced(self, document: Document, splices: Sequence[Splice]) -> tuple[str, bytes]:
        content = content_of(document.path, self._source.limits.file_bytes, self._desk.contents)
        return document.file, encoded(document, content, spliced(document.text, in_order(splices)))

    # a large file, by its entries

    def _by_excerpts(self, mends: Sequence[Mend], document: Document) -> list[Mend]:
        """Make the mends of a large file's entries; those that need the whole file come out."""
        found, left = self._excerpted(mends, document)
        try:
            splices = in_order(dict.fromkeys(found))
        except Refusal:  # two entries have a place in common
            return list(mends)
        if splices:
            self._keep({document.path: self._spliced(document, splices)}, ())
        return left

    def _excerpted(self, mends: Sequence[Mend], document: Document) -> tuple[list[Splice], list[Mend]]:
        """The splices of the whole that make these mends, all in one excerpt or in several; and what is left."""
        try:
            excerpt = excerpt_of(document, [mend.origin for mend in mends])
            if excerpt is None:
                return [], list(mends)
            return self._made(excerpt, mends)
        except Exception:  # too many, or one of them is at fault: the whole file may know better, and says why not
            entries = _by_entry(mends)
        if len(entries) == 1:
            return [], list(mends)
        half = len(entries) // 2
        parts = [[mend for entry in part for mend in entry] for part in (entries[:half], entries[half:])]
        (found, left), (more, others) = [self._excerpted(part, document) for part in parts]
        return [*found, *more], [*left, *others]

    def _made(self, excerpt: Excerpt, mends: Sequence[Mend]) -> tuple[list[Splice], list[Mend]]:
        """As ``_excerpted``, with all of them in one. Raises ``Refusal`` if that does not read back as intended."""
        before = _read_alone(excerpt.document)
        ready: list[Found] = []
        left: list[Mend] = []
        for mend in mends:
            try:
                number = number_of(mend, before, excerpt.pointer(mend.origin.pointer))
                one = self._prepared(mend, number, excerpt.document, before)
                is_inside = one.document is excerpt.document and one.content is None
            except Exception:  # as above
                is_inside = False
            if is_inside:
                ready.append(one)
            else:
                left.append(mend)
        found = list(dict.fromkeys(splice for one in ready for splice in one.splices))
        if found:
            self._read_back(excerpt, ready, before, found)
        return [excerpt.in_whole(one) for one in found], left

    def _read_back(
        self, excerpt: Excerpt, ready: Sequence[Found], before: Sequence[Interaction], splices: Sequence[Splice]
    ) -> None:
        """Raises ``Refusal`` if the entries do not read as intended."""
        again = excerpt.again(spliced(excerpt.document.text, splices))
        problem = is_as_intended(ready, excerpt.document, before, _read_alone(again))
        if problem or again.problem is not None:
            raise Refusal(problem)
        self._desk.notes.update(dict.fromkeys(one.home.note for one in ready if one.home.note))


def _read_alone(document: Document) -> list[Interaction]:
    known = recognise(document)
    return interactions(known.read(document)) if known is not None else []


def _by_entry(mends: Sequence[Mend]) -> list[list[Mend]]:
    """Mends of one interaction stay together."""
    found: dict[str, list[Mend]] = {}
    for mend in mends:
        found.setdefault(mend.origin.pointer, []).append(mend)
    return list(found.values())


def _body_files(ready: Sequence[Found]) -> dict[Path, tuple[str, bytes]]:
    """The new contents of body files. Raises ``Refusal`` if two mends change one."""
    found: dict[Path, tuple[str, bytes]] = {}
    for one in ready:
        if one.content is not None and one.file is not None:
            if one.file in found:
                raise Refusal("two changes overlap")
            found[one.file] = (one.variant.body_file, one.content)
    return found
