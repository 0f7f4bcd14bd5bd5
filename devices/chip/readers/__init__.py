"""Readers that chips are laid on, by URL: `pcsc://…`, `replay://…`."""
