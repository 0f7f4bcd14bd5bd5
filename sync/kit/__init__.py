"""The kit's end: fetches lists, verifies and applies them, sends reports. Never imports headquarters' end."""
