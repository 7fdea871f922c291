"""Quiet room: the nouns. Frozen dataclasses and enums that two rooms need, with small pure methods."""
