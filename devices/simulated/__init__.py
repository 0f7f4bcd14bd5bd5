"""A whole kit described in TOML: devices that answer like real ones, flagged in everything they deliver."""
