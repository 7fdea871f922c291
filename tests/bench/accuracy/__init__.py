"""A labelled bench: a service with known changes, mocks of it in several formats, and who notices what."""
