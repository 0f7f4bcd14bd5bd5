"""The parts of the desk's screen, one file a part."""
