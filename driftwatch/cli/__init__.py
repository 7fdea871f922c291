"""Door (people): one file per command; parse, call, print, exit code."""
