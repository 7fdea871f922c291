"""Door (time): wait, audit, publish what was found, again. Signals, reloading, a clean stop; no step of an audit."""
