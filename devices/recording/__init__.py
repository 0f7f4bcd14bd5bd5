"""What went over a device's line, kept in a file and played again: a field bug becomes a test."""
