"""What headquarters' keys vouch for, and how far a kit believes it."""
