"""Tables of the simulated camera."""
