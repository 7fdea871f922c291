"""Quiet room: claims → probes, or ``Skipped`` with a reason. Which calls are right to make."""
