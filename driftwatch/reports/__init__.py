"""Quiet room: a ``Summary`` → text. One file per report; ``catalog`` is the register."""
