"""The JSON Schema of a config, for editors and for the check at loading.

``python -m driftwatch.settings.schema > config/settings.schema.json`` writes the file that a test holds to the code.
"""

import json
import sys

from driftwatch.settings.forms import Schema
from driftwatch.settings.tree import SETTINGS


def settings_schema() -> Schema:
    """The schema (draft 7, which editors know best), with a sentence for every setting.

    ``errorMessage`` is no keyword of JSON Schema; editors built on VS Code's language service show it.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "driftwatch settings",
        "description": "Which mocks imitate which real services, and how driftwatch may ask those.",
        **SETTINGS.schema(),
    }


def schema_text() -> str:
    """The schema as it stands in ``config/settings.schema.json``."""
    return json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
