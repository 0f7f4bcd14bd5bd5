"""How a technician makes, checks and mends a kit."""
