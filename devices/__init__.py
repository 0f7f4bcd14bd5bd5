"""The kit's input devices: one port for each kind of device, drivers behind it, simulators as ordinary drivers."""
