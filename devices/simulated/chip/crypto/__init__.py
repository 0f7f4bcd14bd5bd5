"""The chip's own cryptography: it shares none with the reader, so that a mistake in one of them shows."""
