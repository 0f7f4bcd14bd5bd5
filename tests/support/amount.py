"""How much of a fault test is done: some dozens usually, as many as WAYPOST_FAULTS says where it is set."""

import os


def amount(usual: int) -> int:
    """`usual`, or WAYPOST_FAULTS where that is set (`make faults` sets 1000)."""
    return int(os.environ.get("WAYPOST_FAULTS", usual))
