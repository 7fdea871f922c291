"""Coverage-guided fuzzing of the readers (``make fuzz``); what it found is replayed with every test run."""
