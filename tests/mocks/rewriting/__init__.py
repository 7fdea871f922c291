"""Edits spliced into files."""
