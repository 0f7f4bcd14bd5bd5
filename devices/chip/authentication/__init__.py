"""Judges whether a chip is genuine: its data as the issuer signed it (Doc 9303-11, 5), and no copy (Doc 9303-11, 6)."""
