"""The counter for other programs, over a socket of this machine."""
