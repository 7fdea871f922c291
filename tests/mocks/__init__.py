"""The readers of mock files: cases by format, a corpus, and files made to hurt."""
