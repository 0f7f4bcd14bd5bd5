"""Figures, ours beside the rivals' on the same data in one run. A benchmark reports, it does not judge."""
