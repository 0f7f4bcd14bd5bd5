"""Password authenticated connection establishment (Doc 9303-11, 4.4): a strong channel from a weak password."""
