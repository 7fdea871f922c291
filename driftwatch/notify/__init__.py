"""Door (network): takes what is known to people and gateways. Decides nothing about it."""
