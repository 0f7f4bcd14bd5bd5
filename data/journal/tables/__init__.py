"""Constant text of the journal."""
