"""What a kit has counted of headquarters' silence, made to be as if more of it had passed."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from data.kit.home import KitHome
from data.lease.enforcement import ACCESS_RECORD
from tests.support.deployment import PASSPHRASE


@contextmanager
def opened(kit: Path) -> Iterator[KitHome]:
    with closing(KitHome.open(kit, PASSPHRASE, "technician")) as home:
        yield home


def change(kit: Path, **facts: object) -> None:
    """What this kit counted of the silence, as if more had happened."""
    with opened(kit) as home:
        note = json.loads(home.vault.get(ACCESS_RECORD) or b"{}")
        note["silence"] |= {
            name: fact(note["silence"][name]) if callable(fact) else fact for name, fact in facts.items()
        }
        home.vault.put({ACCESS_RECORD: json.dumps(note).encode()})


def is_switched_off(kit: Path) -> None:
    """The machine was off since the last look: this is another start of it."""
    change(kit, boot="the start before")


def runs(kit: Path, hours: float) -> None:
    """The machine ran on since the last look."""
    change(kit, boot_s=lambda seconds: seconds - hours * 3600)


def runs_and_is_looked_at(kit: Path, hours: float) -> None:
    """The same, and somebody could read at any hour what it said."""
    change(kit, boot_s=lambda at_s: at_s - hours * 3600, since_s=lambda at_s: at_s - (hours - 1) * 3600)
