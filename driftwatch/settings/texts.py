"""Texts of one meaning that stand in several sections."""

from typing import Final

from driftwatch.settings.forms import Text

KIND: Final = Text(r"^[a-z0-9]+(-[a-z0-9]+)*$", "Write a kind, such as `field-added`.")
PROVIDER_OR_ALL: Final = Text(r"^\S+$", 'Write the name of a provider, or `"*"` for all.')
