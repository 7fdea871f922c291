"""What is said of a test that rests on a mock that is known to be false."""


class DriftedMockWarning(UserWarning):
    """A test passed, and rests on a mock that the last audit found to be false."""
