"""What nouns are made of (``driftwatch/__init__.py`` says why)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import driftwatch

ROOT: Final = Path(driftwatch.__file__).parent
UNKNOWN_TO_STRUCTS: Final = {"compare", "hash", "init", "repr"}
"""Options of a field that only dataclasses have: it is not compared, not shown, or not given."""


def dataclasses_of(tree: ast.Module) -> Iterator[ast.ClassDef]:
    """The dataclasses of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(one) for one in node.decorator_list):
            yield node


def has_a_reason(noun: ast.ClassDef) -> bool:
    """Whether a struct could not take its place."""
    calls = [one.value for one in noun.body if isinstance(one, ast.AnnAssign) and isinstance(one.value, ast.Call)]
    options = {keyword.arg for call in calls for keyword in call.keywords}
    bases = {ast.unparse(base).partition("[")[0] for base in noun.bases}
    return bool(options & UNKNOWN_TO_STRUCTS) or bool(bases - {"Generic"})


def test_a_dataclass_has_what_a_struct_has_not() -> None:
    """A field that is not compared, shown or given, or a base of another library; all others are structs."""
    nouns = [
        (f"{file.relative_to(ROOT)}: {noun.name}", noun)
        for file in sorted(ROOT.rglob("*.py"))
        for noun in dataclasses_of(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert "model/interaction.py: Interaction" in dict(nouns)
    assert [name for name, noun in nouns if not has_a_reason(noun)] == []
