"""Personalisation: a traveller is written onto a simulated chip: data groups, security object, keys (Doc 9303-10)."""
