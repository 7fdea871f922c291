"""Edits into files: where an answer stands is the format's to say (``mocks/homes``), how it is spelled is done here."""
