"""What a stub answers: bodies as a client would see them, and which parts of them a template makes."""
