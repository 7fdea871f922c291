"""What is known of a kind beside its findings, for reports that carry the pages of the kinds with them."""

import inspect
import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from driftwatch.model.finding import Category, Severity

_CODE: Final = re.compile(r"``(.+?)``", re.DOTALL)
_TITLE: Final = re.compile(r"^(?=\S)(.+?):?\n(?= +\S)", re.MULTILINE)


class Entry(Struct, frozen=True):
    """One kind."""

    category: Category
    severity: Severity
    """Its own, before a policy weighs it."""
    page: str
    """What ``driftwatch explain`` prints: a rule's docstring."""

    @property
    def text(self) -> str:
        """The page as it stands."""
        return inspect.cleandoc(self.page)

    @property
    def sentence(self) -> str:
        """What the kind says, in one sentence."""
        return " ".join(self.text.partition("\n\n")[0].split())

    @property
    def markdown(self) -> str:
        """The page with its sections as headings; it is ours and says nothing that Markdown would take otherwise."""
        headed = _TITLE.sub(r"### \1\n\n", self.text)
        flowing = re.sub(r"^ +", "", headed, flags=re.MULTILINE)
        return _CODE.sub(r"`\1`", flowing)


Lexicon = Mapping[str, Entry]
"""The kinds by their ids."""
