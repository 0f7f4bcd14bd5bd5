"""Finds machine-readable zones and codes in pictures of documents, reads them, and says how certain the reading is."""
