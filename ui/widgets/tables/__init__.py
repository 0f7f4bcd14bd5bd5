"""Drawn data of the widgets."""
