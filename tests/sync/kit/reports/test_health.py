"""Health is told rarely, and another problem at once."""

import pytest

from data.journal.chains import Stream
from data.journal.outgoing import Outbox
from data.json_codec import decode
from data.kit import headquarters_word
from data.kit.disk_space import FILLING_BYTES, DiskState
from data.kit.home import KitHome
from data.text import join
from sync.formats.kit_health import HEALTH_KIND, ReportedHealth
from sync.kit import courier
from sync.kit.reports import health
from sync.kit.reports.health import enter_health


def test_health_is_told_at_most_every_six_hours(kit: KitHome) -> None:
    for _ in range(3):
        courier.run(kit)
    with kit.journal.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'health'").fetchone()
    assert count == 1


def test_another_problem_is_told_at_once_and_the_same_one_is_not(kit: KitHome) -> None:
    clock = headquarters_word.read_clock(kit)
    for problem in ("Broke off after 17 bytes", "Broke off after 40 bytes", "Older than what this kit has seen (5, 6)"):
        enter_health(kit, clock, [join([problem])])
    with kit.journal.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'health'").fetchone()
    assert count == 3  # one from before, when all was well


@pytest.mark.parametrize(
    ("state", "disk", "free_mb"),
    [
        (DiskState(FILLING_BYTES - 1), "filling", 255),
        (DiskState(5), "full", 0),
        (DiskState(FILLING_BYTES, is_read_only=True), "read_only", 256),
        (None, "", None),
    ],
)
def test_a_disk_that_begins_to_fill_is_told_at_once_and_once(
    kit: KitHome, monkeypatch: pytest.MonkeyPatch, state: DiskState | None, disk: str, free_mb: int | None
) -> None:
    clock = headquarters_word.read_clock(kit)
    enter_health(kit, clock, [])
    outbox = Outbox(kit.journal)
    before = outbox.waiting()[Stream.RECEIPTS]
    monkeypatch.setattr(health, "read_disk_state", lambda _path: state)
    enter_health(kit, clock, [join(["another problem"])] if state is None else [])
    enter_health(kit, clock, [])
    assert outbox.waiting()[Stream.RECEIPTS] == before + 1
    newest = outbox.last(Stream.RECEIPTS, HEALTH_KIND)
    assert newest is not None
    reported = decode(ReportedHealth, newest.body)
    assert (reported.disk, reported.free_disk_mb) == (disk, free_mb)


@pytest.mark.parametrize("content", ["{}", '{"disk": 7}', '{"disk": null}', '{"disk": "half_full", "free_disk_mb": 9}'])
def test_a_report_of_another_version_is_read(content: str) -> None:
    assert decode(ReportedHealth, content).disk in ("", "half_full")
