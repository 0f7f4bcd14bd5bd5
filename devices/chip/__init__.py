"""Reads the chips of travel documents (ICAO Doc 9303-10 and -11) and judges whether they are genuine."""
