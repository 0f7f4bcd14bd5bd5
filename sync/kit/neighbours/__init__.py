"""Kits on one local network that share what headquarters signed."""
