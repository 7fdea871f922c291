"""Door (network): metrics, health and pages over HTTP. Shows what stands on the board; never begins an audit."""
