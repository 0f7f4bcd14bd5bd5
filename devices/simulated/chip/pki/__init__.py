"""Invented states that issue travel documents: keys, certificates, revocation lists, master lists (Doc 9303-12)."""
