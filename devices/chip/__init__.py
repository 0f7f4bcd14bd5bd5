"""Chips of travel documents (ICAO Doc 9303-10 and -11): what they say, and whether it is genuine."""
