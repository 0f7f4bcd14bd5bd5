"""How much of a test with random examples is done: some dozens usually, as many as WAYPOST_FAULTS says where set."""

import os


def amount(usual: int) -> int:
    """`usual`, or WAYPOST_FAULTS where that is set (`make faults` sets 1000)."""
    return int(os.environ.get("WAYPOST_FAULTS", usual))
