"""The parts of the desk's screen, each with the words it shows."""
