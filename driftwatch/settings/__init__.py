"""Door (files): config and environment → one frozen ``Settings``; every mistake reported at once, kindly."""
