"""Files that are no mocks, or that only a program can read: what they are, and what to do."""
