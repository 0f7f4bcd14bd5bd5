"""Other makers' readers, as Debian has them, that the simulated chip is read with. Of the tests alone."""
