"""Chips at the counter: read while the other checks run, judged by the lists of country signing certificates."""
