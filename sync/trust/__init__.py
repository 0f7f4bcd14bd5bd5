"""What headquarters' signatures vouch for: verified metadata, and how far a list may change. Imports neither end."""
