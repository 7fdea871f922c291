"""Conductor: the order of steps, nothing else. Knows ports, never doors."""
