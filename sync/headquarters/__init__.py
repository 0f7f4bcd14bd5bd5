"""Headquarters: takes lists from their sources, publishes them signed and sealed, enrols kits."""
