"""A simulated camera: pages drawn, harmed, and seen by the same reader of zones as a real one's."""
