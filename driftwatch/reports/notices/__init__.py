"""Notices and alerts in words: what is said stands in ``words``, how each kind of channel writes it beside it."""
