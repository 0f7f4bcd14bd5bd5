"""Readers of machine-readable zones: one file a driver."""
