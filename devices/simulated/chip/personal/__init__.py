"""Writing a traveller onto a simulated chip: data groups, security object, keys (ICAO Doc 9303-10)."""
