"""Moco stubs: a JSON list of sessions, and settings that include such lists.

Facts from dreamhead/moco @ bf7c223b (``moco-runner``: ``SessionSetting``, ``RequestSetting``, ``ResponseSetting``,
``DynamicRequestMatcherFactory``, ``DynamicResponseHandlerFactory``, ``GlobalSetting``; ``moco-core``:
``BaseActualServer``; ``moco-doc/apis.md``, ``global-settings.md``, ``rest-apis.md``). The first session that matches
answers; a session without a request answers what no other one does. Files are named from the folder moco was started
in, which is looked for upwards.
"""

import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import translate
from posixpath import join, normpath
from typing import Final

from driftwatch.mocks.asking.contest import Contest, Stub
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.moco.asked import read_questions
from driftwatch.mocks.formats.moco.session import NAME, Setting, is_session, read_sessions
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.interaction import Ignored

__all__ = ["NAME", "home", "read", "recognises", "serve"]

_SETTING: Final = frozenset(["include", "context", "file_root", "env", "request", "response"])
_MARKS: Final = re.compile(
    r'(?s)\s*\[\s*\{(?:\s*"description"\s*:\s*"[^"\n]*"\s*,)?\s*'
    r'(?:"request"\s*:\s*\{.{0,2000}?"(?:uri|text|queries|forms|json_paths|xpaths)"\s*:'
    r'|"(?:mount|resource)"\s*:\s*\{\s*"(?:dir|uri|name)"|"include"\s*:\s*"[^"\n]*\.json")'
)
"""How a file begins that is too broken to be parsed."""


def recognises(document: Document) -> bool:
    """A list of sessions by their own names, or of settings; a broken file by its first words."""
    if document.syntax is not Syntax.JSON:
        return False
    if document.problem is not None:
        return _MARKS.match(document.text) is not None and not re.search(r'"(?:url|scope)"\s*:', document.text[:4000])
    value = document.value
    return isinstance(value, list) and (any(map(is_session, value)) or _is_settings(value))


def _is_settings(value: list[object]) -> bool:
    return bool(value) and all(map(_is_setting, value))


def _is_setting(value: object) -> bool:
    if not isinstance(value, dict) or not set(value) <= _SETTING:
        return False
    included = value.get("include")
    return isinstance(included, str) and included.endswith(".json")


def read(document: Document) -> Iterator[Reading]:
    """The sessions of one file alone."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:  # noqa: ARG001 - part of the interface
    """All files of a mocks folder belong together: any settings may include any list."""
    return ""


def serve(home: str) -> "Moco":  # noqa: ARG001
    """A reader without files."""
    return Moco()


class Moco:
    """The lists and settings of a mocks folder: which list stands alone is known when all have been seen."""

    def __init__(self) -> None:
        self._lists: dict[str, Document] = {}
        self._settings: list[Document] = []

    def add(self, document: Document) -> Iterator[Reading]:
        """Keep a file until the others are known; a broken one comes out at once."""
        if document.problem is not None:
            yield document.unreadable(NAME, document.problem)
        elif isinstance(document.value, list) and _is_settings(document.value):
            self._settings.append(document)
        else:
            self._lists[document.file] = document

    def close(self) -> Iterator[Reading]:
        """The stubs of all servers: of each settings file, and of each list that none includes."""
        included: set[str] = set()
        for settings in self._settings:
            yield from self._serve(settings, included)
        for file, document in self._lists.items():
            if file not in included:
                entries = list(read_sessions(document, Setting(), Counter(), 0))
                yield from Contest(NAME, document.options).settle(entries)

    def _serve(self, settings: Document, included: set[str]) -> Iterator[Reading]:
        """One settings file. What is for another environment stands in nobody's way."""
        ids: Counter[str] = Counter()
        servers: dict[str, list[Stub | Reading]] = {}
        refused: list[Reading] = []
        drawn: set[str] = set()
        for index, value in enumerate(as_list(settings.value)):
            fields = as_object(value, index)
            try:
                documents = self._included(fields, settings, index)
                setting = _setting(fields, settings, index)
            except Refusal as refusal:
                refused.append(settings.unreadable(NAME, refusal.below((index,)), index))
                continue
            entries = servers.setdefault(setting.environment, [])
            for document in documents:
                drawn.add(document.file)
                entries += list(read_sessions(document, setting, ids, len(entries)))
        if not drawn:
            yield Ignored(settings.file, "includes files of which none holds sessions")
            return
        included |= drawn
        yield from refused
        for entries in servers.values():
            yield from Contest(NAME, settings.options).settle(entries)

    def _included(self, fields: Object, settings: Document, index: int) -> list[Document]:
        """The lists a setting draws in; its name may be a glob. Raises ``Refusal`` if there is none."""
        name = as_text(fields["include"], index, "include").replace("\\", "/")
        root = as_text(fields.get("file_root"), index, "file_root").replace("\\", "/")
        folders = settings.folders
        for depth in range(len(folders), -1, -1):
            wanted = normpath(join("/".join(folders[:depth]), root, name))
            pattern = re.compile(translate(wanted)) if "*" in wanted else None
            found = [
                document
                for file, document in self._lists.items()
                if file == wanted or (pattern is not None and pattern.match(file))
            ]
            if found:
                return found
        reason = f"the included file `{name[:200]}` is not there, or holds no sessions"
        raise Refusal(reason, steps=(index, "include"))


def _setting(fields: Object, settings: Document, index: int) -> Setting:
    root = as_text(fields.get("file_root"), index, "file_root")
    asked = as_object(fields.get("request"), index, "request")
    return Setting(
        as_text(fields.get("context"), index, "context").rstrip("/"),
        root,
        as_text(fields.get("env"), index, "env"),
        read_questions(asked, settings, root, "", index, "request") if asked else (),
        as_object(fields.get("response"), index, "response"),
    )
