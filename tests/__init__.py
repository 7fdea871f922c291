"""The tests mirror the rooms; beside them ``scenarios/`` (whole stories), ``house/`` (walls and lists), ``bench/``."""
