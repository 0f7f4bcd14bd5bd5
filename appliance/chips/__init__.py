"""Chips at the counter: when one is read, and the service that reads it while the other checks run."""
