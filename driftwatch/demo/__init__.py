"""Door (network): a small staging service on loopback, and mocks of three formats that have drifted from it.

The mocks under ``mocks/`` were true once. ``staging`` is what the services became since.
"""
