"""One person list in memory as arrays: how it is laid out, kept on disk, and searched."""
