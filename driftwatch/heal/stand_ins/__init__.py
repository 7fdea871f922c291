"""quiet: what stands in for a value of staging that may not rest in a file."""
