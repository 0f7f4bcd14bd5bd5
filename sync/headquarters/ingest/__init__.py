"""What kits report: taken in once, acknowledged, shown, and contradictions settled."""
