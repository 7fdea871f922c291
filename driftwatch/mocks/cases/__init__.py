"""Cases for ``driftwatch compare``: one mock and the answers of one run to a line."""
