"""How a simulated chip answers: commands, secure messaging, access, protocols (ICAO Doc 9303-10 and -11)."""
