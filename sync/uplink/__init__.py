"""What a kit reports, and how it is acknowledged."""
