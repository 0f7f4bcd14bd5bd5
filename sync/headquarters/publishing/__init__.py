"""What was imported becomes signed versions and sealed files."""
