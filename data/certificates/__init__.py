"""Certificates, signed data, revocation lists and country signing keys: reading and verifying, with no I/O.

Every parser here takes hostile bytes: it answers with a value or raises `Malformed`, within bounds of size and depth.
"""
