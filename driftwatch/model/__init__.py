"""Quiet room: the nouns. Frozen structs and enums that two rooms need, with small pure methods."""
