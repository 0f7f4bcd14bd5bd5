"""What is recorded: one run of the courier, or a desk that writes its journal.

Whatever it prints was acknowledged: from then on somebody relies on it.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from data.journal.history import read_events
from data.kit.home import KitHome
from sync.kit import courier
from tests.support.deployment import PASSPHRASE

KIND = "drill"


def sync(path: Path) -> None:
    """Sync the kit; prints each list with the version that is in force then."""
    kit = KitHome.open(path, PASSPHRASE, "courier")
    report = courier.run(kit)
    assert report.ok, report
    for entry in report.lists:
        print(entry.name, entry.after, flush=True)
    kit.close()


def write(path: Path) -> None:
    """Write events into the journal; prints the number of each one that was kept."""
    kit = KitHome.open(path, PASSPHRASE, "desk")
    start = len(read_events(kit.journal, KIND))
    for number in range(start, start + 40):
        kit.journal.record(KIND, datetime.now(UTC), "Testa", str(number), {"words": "x" * 50 * (number % 7)})
        print(number, flush=True)
    kit.close()


if __name__ == "__main__":
    {"sync": sync, "write": write}[sys.argv[1]](Path(sys.argv[2]))
