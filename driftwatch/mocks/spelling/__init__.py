"""Door: files. New mocks: how each tool would have written down what really happened. A tape in, texts out."""
