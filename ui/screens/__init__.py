"""What the officer sees: the desk and what opens on top of it."""
