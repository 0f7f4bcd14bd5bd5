"""Headquarters' tables, and the published tree that they describe."""
