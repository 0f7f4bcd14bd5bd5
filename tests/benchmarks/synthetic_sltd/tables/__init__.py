"""Tables of the made-up list."""
