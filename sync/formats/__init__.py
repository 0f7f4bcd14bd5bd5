"""The files and messages that travel, as bytes and as values. Imports neither end."""
