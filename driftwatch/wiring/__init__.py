"""Conductor: the one place that knows every concrete class. Settings in, ready objects out."""
