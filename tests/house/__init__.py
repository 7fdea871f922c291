"""The walls and the lists: what is registered is documented, tested and still needed."""
