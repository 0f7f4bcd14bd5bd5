"""Travel documents: what is printed on them, what a machine reads, what a list knows about them."""
