"""Chip protocols from the chip's side: commands, secure messaging, access, authentication (Doc 9303-10 and -11)."""
