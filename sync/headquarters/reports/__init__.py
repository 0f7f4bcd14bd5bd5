"""What kits report: taken in once, acknowledged, told."""
