"""How a chip shows that it is the one its issuer made, and no copy: it proves that it holds a key (Doc 9303-11, 6)."""
