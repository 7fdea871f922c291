"""Coverage-guided fuzzing of the readers (``make fuzz``); what it found worth keeping is replayed with every test run."""
