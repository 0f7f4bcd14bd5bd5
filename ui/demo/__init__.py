"""The demonstration: a headquarters and a kit on one machine, with invented lists and an invented morning."""
