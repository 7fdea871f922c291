"""One file per mock format: how that tool spells a stub. ``driftwatch.mocks.catalog`` is the register."""
