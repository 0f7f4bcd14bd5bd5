"""Data tables, kept apart from code."""
