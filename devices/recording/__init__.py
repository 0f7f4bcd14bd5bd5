"""Recordings of what a device sent, and their replay, so that a fault in the field becomes a test."""
