"""Tables of the JPEG standard."""
