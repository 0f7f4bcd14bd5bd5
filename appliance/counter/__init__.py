"""The counter: the one service that the Desk, `waypost check`, a batch and the demonstration call."""
