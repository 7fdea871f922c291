"""Door (network): probes → observations. It makes the call; it never chooses what to call."""
