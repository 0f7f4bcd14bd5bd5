"""Visible digital seals: signed codes printed on papers without a chip (ICAO Doc 9303-13, BSI TR-03137)."""
