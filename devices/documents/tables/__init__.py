"""Tables of the document readers."""
