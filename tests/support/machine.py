"""A machine whose running time a test decides; its calendar is whatever the test gives to the journal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.clock import Uptime
from data.journal.journal import Journal

_STEP_S = 5 * 3600.0
"""Between two looks: less than the journal counts at once."""


@dataclass
class Machine:
    """`read_uptime` of a journal."""

    boot: str = "first"
    seconds: float = 100.0

    def __call__(self) -> Uptime:
        """What the clock reads that nobody can set."""
        return Uptime(self.boot, self.seconds)

    def run(self, journal: Journal, at: datetime, passed: timedelta) -> datetime:
        """Run for `passed` from `at` on, with looks at the clocks; the time afterwards."""
        end = at + passed
        while True:
            with journal.writing() as connection:
                journal.note_running(connection, at)
            step_s = min(_STEP_S, (end - at).total_seconds())
            if step_s <= 0:
                return end
            self.seconds += step_s
            at += timedelta(seconds=step_s)
