"""The front ends: the command line and the terminal screens; the only place that wires concrete parts together."""
