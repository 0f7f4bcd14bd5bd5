"""The replica: an immutable base and a small overlay per list, read together in one transaction."""
