"""What stands here as a suite of somebody else's is run by the tests, in a process of its own."""

collect_ignore = ["consumer", "suite"]
