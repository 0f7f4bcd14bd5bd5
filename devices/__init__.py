"""How the kit senses: one port per sense, drivers behind it, simulators as ordinary drivers."""
