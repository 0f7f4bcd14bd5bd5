"""What passed between a reader and a chip, written down without its secrets, and played again."""
