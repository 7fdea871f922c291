"""Quiet room: what differs (``compare``), and what that means to the consumer (``judge``, ``rules``)."""
