"""Chips at the counter: read beside the other checks, judged by the lists of country signing certificates."""
