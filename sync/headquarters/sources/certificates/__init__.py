"""Readers of trust lists: master lists, LDIF files, certificates and revocation lists as PEM or DER."""
