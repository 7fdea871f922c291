"""Benchmarks: ratios of two things measured side by side in one run; reported, never asserted in the suite."""
