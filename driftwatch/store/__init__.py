"""Door (database): what rests between audits, in SQLite or PostgreSQL: lives of findings, histories, scores, runs.

One implementation on SQLAlchemy Core serves both (``database.py``), and ``memory.py`` is the same without a disk. Texts
of mocks and services rest as ASCII JSON, so that neither a NUL nor a lone surrogate can upset a database; what is
looked up by them goes by a digest.
"""
