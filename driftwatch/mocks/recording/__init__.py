"""Recorded exchanges, and how old they are."""
