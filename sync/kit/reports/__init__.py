"""What a kit reports, and how it is sent and acknowledged."""
