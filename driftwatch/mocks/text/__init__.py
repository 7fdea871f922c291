"""Text as values with their places: JSON, YAML and what looks like them."""
