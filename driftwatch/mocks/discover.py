"""Finds a team's mock files: every file below a folder in one fixed order, never one outside of it."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from driftwatch.model.interaction import Ignored, Unreadable

_DEPENDENCIES: Final = frozenset(
    ["node_modules", "bower_components", "site-packages", "__pycache__", "venv", "virtualenv"]
)
_JUNK: Final = frozenset(["Thumbs.db", "desktop.ini"])
_SPEAKING: Final = frozenset([".resources"])
"""Folders whose names begin with a dot and that hold mocks: Postman 3 keeps the examples of a collection so."""
_MAGIC: Final = re.compile(r"[*?\[]")


def discover(root: Path, patterns: tuple[str, ...] = ()) -> tuple[Path, Iterator[Path | Ignored | Unreadable]]:
    """The folder that paths are told from, and its files.

    ``root`` is a folder, a file, or a path with glob signs. ``patterns`` are globs below the folder (``**`` stands
    for any number of folders); without any, every file counts.
    """
    base, globs = _split(root, patterns)
    if base.is_file():
        return base.parent.resolve(), iter([base.parent.resolve() / base.name])
    if not base.is_dir():
        return _missing(root, base)
    base = base.resolve()
    wanted = [_glob(pattern) for pattern in globs]
    return base, _walk(base, wanted)


def _missing(root: Path, base: Path) -> tuple[Path, Iterator[Unreadable]]:
    """Where neither a file nor a folder stands."""
    try:
        mode = base.stat().st_mode
    except OSError:
        return base, iter([Unreadable(str(root), "", "there is no such file or folder")])
    kinds = {stat.S_ISFIFO: "a pipe", stat.S_ISSOCK: "a socket", stat.S_ISCHR: "a device", stat.S_ISBLK: "a device"}
    kind = next((words for is_kind, words in kinds.items() if is_kind(mode)), "something else")
    reason = f"it is {kind}, and neither a file nor a folder: only those are read"
    return base.parent, iter([Unreadable(base.name, "", reason)])


def _split(root: Path, patterns: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
    """The part of a path before its first glob sign, and the globs below it."""
    if not _MAGIC.search(str(root)) or root.exists():
        return root, patterns
    parts = root.parts
    plain = next(index for index, part in enumerate(parts) if _MAGIC.search(part))
    return Path(*parts[:plain]), ("/".join(parts[plain:]),)


def _glob(pattern: str) -> re.Pattern[str]:
    steps = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", pattern.removeprefix("./"), re.DOTALL)
    return re.compile("".join(steps.get(token) or _literal(token) for token in tokens), re.DOTALL)


def _literal(token: str) -> str:
    if len(token) == 1:
        return re.escape(token)
    inside = token[1:-1].replace("\\", r"\\").replace("[", r"\[")
    return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"


def _walk(base: Path, wanted: list[re.Pattern[str]]) -> Iterator[Path | Ignored | Unreadable]:
    """Depth first by name, so that the files below a folder come one after the other; each folder once."""
    seen = {base}
    stack = [base]
    while stack:
        path = stack.pop()
        if path != base:
            verdict = _judge(path, base, seen, wanted)
            if verdict is not None:
                yield verdict
                continue
        try:
            inside = sorted(path.iterdir(), reverse=True)
        except OSError as error:
            yield Unreadable(_name(path, base), "", f"the folder cannot be opened: {error.strerror}")
            continue
        stack.extend(inside)


def _judge(
    path: Path, base: Path, seen: set[Path], wanted: list[re.Pattern[str]]
) -> Path | Ignored | Unreadable | None:
    """What to say of a path; ``None`` for a folder to enter and for a file that nobody asked for."""
    name = _name(path, base)
    try:
        is_link = path.is_symlink()
        real = path.resolve(strict=True) if is_link else path
        mode = real.stat().st_mode
    except (OSError, RuntimeError) as error:
        return Unreadable(name, "", f"cannot be opened: {getattr(error, 'strerror', None) or 'a link without end'}")
    if is_link and not real.is_relative_to(base):
        return Ignored(name, "a symbolic link that leaves the mocks folder")
    is_folder = stat.S_ISDIR(mode)
    if not is_folder and wanted and not any(glob.fullmatch(name) for glob in wanted):
        return None
    if (path.name.startswith(".") and not (is_folder and path.name in _SPEAKING)) or path.name in _JUNK:
        return Ignored(name, "hidden")
    if is_folder:
        return _judge_folder(path, name, seen)
    return path if stat.S_ISREG(mode) else Ignored(name, "not a regular file")


def _judge_folder(path: Path, name: str, seen: set[Path]) -> Ignored | None:
    real = path.resolve()
    if path.name in _DEPENDENCIES:
        return Ignored(name, "a folder of dependencies")
    if real in seen:
        return Ignored(name, "a folder that was read under another name")
    seen.add(real)
    return None


def _name(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix()
