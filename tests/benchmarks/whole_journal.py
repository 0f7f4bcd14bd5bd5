"""What a screening costs in the journal on the disk, table by table, and how long it takes to verify.

SQLCipher has no `dbstat`, and a copy of the rows would be packed more tightly than the file is. So the pages are
decrypted as they lie, into a file that plain SQLite looks at.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from appliance.counter.counter import Counter as KitCounter
from appliance.counter.subject import ScreeningRequest, Subject
from data.journal.history import continue_verification
from data.journal.journal import JOURNAL_FILE
from data.kit.home import KitHome
from data.store import PAGE_BYTES
from data.store_key import StoreKey, unlock_store_key
from tests.benchmarks.report import aim, spread
from tests.support.deployment import PASSPHRASE
from tests.support.staff import at_work

MOST_BYTES = 2048
"""A screening, with everything that the journal keeps of it."""
PASSING = ("seen_", "undecided", "unscreened", "recent_decision")
"""Tables whose rows go after some hours: their room is used again."""
_HEADER = b"SQLite format 3\0"
_IV_BYTES, _HMAC_BYTES = 16, 32
"""At the end of each page."""


def journal_cost(home: KitHome, counter: KitCounter, zones: Iterable[str]) -> float:
    """Screen these travellers and print what each adds to the journal, in bytes a table and index; all of it."""
    key = unlock_store_key(home.path, PASSPHRASE)
    before, start = table_bytes(home, key), _count_screenings(home)
    write_ms = []
    for zone in zones:
        request = ScreeningRequest(Subject.from_zone(zone, counter.today()), at_work(counter))
        began = perf_counter()
        counter.screen(request)
        write_ms.append((perf_counter() - began) * 1000)
    count = _count_screenings(home) - start
    after = table_bytes(home, key)
    cost = {name: (size - before.get(name, 0)) / count for name, size in after.items()}
    for name, size in sorted(cost.items(), key=lambda item: -item[1]):
        if size >= 1:
            print(f"  {name}: {size:.0f} B a screening")
    passing = sum(size for name, size in cost.items() if name.startswith(PASSING))
    total = sum(cost.values())
    print(f"{count} entries of screenings: {total:.0f} B each, of which {passing:.0f} B go after some hours")
    print(f"  {spread(write_ms)} ms a screening, journal included")
    aim("whole.journal_bytes", total, MOST_BYTES)
    for what in ("the first verification", "the next one"):
        began = perf_counter()
        report = continue_verification(home.journal, datetime.now(UTC))
        print(f"{what}: {report.events} events, {len(report.faults)} faults, {perf_counter() - began:.2f} s")
    return total


def table_bytes(home: KitHome, key: StoreKey) -> dict[str, int]:
    """Bytes of pages by table or index, of the journal as it lies on the disk."""
    with home.journal.reading() as connection:
        pass
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.db"
        _decrypt(home.path / JOURNAL_FILE, key.derive("journal"), plain)
        with closing(sqlite3.connect(plain)) as opened:
            sizes = dict(opened.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall())
            names = dict(opened.execute("SELECT name, tbl_name FROM sqlite_master").fetchall())
            sizes["(free pages)"] = opened.execute("PRAGMA freelist_count").fetchone()[0] * PAGE_BYTES
    return {name if names.get(name, name) == name else f"{names[name]} · {name}": size for name, size in sizes.items()}


def _decrypt(path: Path, key: bytes, plain: Path) -> None:
    body_bytes = PAGE_BYTES - _IV_BYTES - _HMAC_BYTES
    with path.open("rb") as source, plain.open("wb") as target:
        while page := source.read(PAGE_BYTES):
            skipped = len(_HEADER) if target.tell() == 0 else 0  # the first page begins with the file's salt
            decryptor = Cipher(AES(key), CBC(page[body_bytes : body_bytes + _IV_BYTES])).decryptor()
            text = decryptor.update(page[skipped:body_bytes]) + decryptor.finalize()
            target.write(_HEADER[:skipped] + text + page[body_bytes:])
        target.seek(18)
        target.write(b"\1\1")  # no log: this file is only read


def _count_screenings(home: KitHome) -> int:
    with home.journal.reading() as connection:
        count: int = connection.execute("SELECT count(*) FROM event WHERE kind = 'screening'").fetchone()[0]
    return count
