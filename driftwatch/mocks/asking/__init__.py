"""From a stub's matchers to a concrete request, and from a request back to the stub that answers it."""
