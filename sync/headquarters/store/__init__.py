"""Headquarters' tables, one file each, and the tree they say."""
