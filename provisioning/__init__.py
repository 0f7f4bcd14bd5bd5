"""How a technician makes, checks and repairs a kit."""
