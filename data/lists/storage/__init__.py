"""The files in which a list lies on a kit: the overlay, the two formats of a base, the key filter, computed arrays."""
