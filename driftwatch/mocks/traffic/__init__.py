"""Door: files. Recordings of real traffic, which stand for the real side where nothing is asked."""
