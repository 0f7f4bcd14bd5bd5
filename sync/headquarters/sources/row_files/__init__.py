"""Readers of formats of our own with a row on each line: CSV and JSON Lines."""
