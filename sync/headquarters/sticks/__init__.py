"""Sticks at headquarters."""
