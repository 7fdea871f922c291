"""Quiet room: documents → ``Shape``. ``infer`` is the only file that knows genson."""
