"""A lease, and this machine's clocks in some days."""

from datetime import timedelta

from data.clock import Clock, Uptime, read_system_time
from data.kit.headquarters_word import KitStatus

SIGNED = read_system_time()
LEASED = KitStatus("in_force", "", SIGNED + timedelta(days=60), SIGNED + timedelta(days=180), SIGNED)


def after(days: float, boot: str = "b", ran_days: float = 0.0) -> Clock:
    """This machine's clocks in some days; another `boot` for one that was switched off meanwhile."""
    running = Uptime(boot, ran_days * 86_400)
    return Clock(read=lambda: SIGNED + timedelta(days=days), read_uptime=lambda: running)
