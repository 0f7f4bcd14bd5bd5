"""Which deltas there are: whatever is published and when, a kit up to twelve weeks behind needs three files."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.formats.download_plan import plan_downloads
from sync.formats.manifest import Delta, FileLetter, Manifest, Snapshot
from sync.formats.manifest import make_sealed_file as named
from sync.headquarters.publishing.file_maker import DeltaRange
from sync.headquarters.publishing.payload_files import scheduled_deltas
from sync.headquarters.store.list_table import PastVersion

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
gaps = st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=9)), min_size=1, max_size=90)


def history(steps: list[timedelta]) -> list[PastVersion]:
    at, versions = START, [PastVersion(1, START, 1)]
    for number, step in enumerate(steps, 2):
        at += step
        versions.append(PastVersion(number, at, 1))
    return versions


def manifest(newest: int, offered: tuple[DeltaRange, ...]) -> Manifest:
    deltas = tuple(
        Delta(way.since, way.to, named(FileLetter.DELTA, 1, way.since, way.to, 10_000, "ab" * 32)) for way in offered
    )
    snapshot = Snapshot(newest, named(FileLetter.SNAPSHOT, 1, newest, 0, 1 << 40, "ab" * 32))
    return Manifest("un", newest, 1, 1, START, START, "", snapshot, deltas)


@given(gaps, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_three_files_bring_a_kit_of_twelve_weeks_up_to_date(steps: list[timedelta], later: timedelta) -> None:
    versions = history(steps)
    now = versions[-1].at + later
    offered = scheduled_deltas(versions, now)
    assert len(offered) <= 15
    for version in versions[:-1]:
        if now - version.at <= timedelta(days=84):
            steps_taken = plan_downloads(
                manifest(versions[-1].number, offered), version.number, lambda file: file.size
            ).steps
            assert steps_taken[0].since > 0
            assert len(steps_taken) <= 3
            assert len(steps_taken) == 1 or now - version.at > timedelta(days=6)


def test_the_night_before_is_always_one_file_of_its_own() -> None:
    versions = history([timedelta(days=1)] * 40)
    assert DeltaRange(40, 41) in scheduled_deltas(versions, versions[-1].at)


def test_only_stations_of_twelve_weeks_are_offered() -> None:
    versions = history([timedelta(days=1)] * 400)
    assert min(way.since for way in scheduled_deltas(versions, versions[-1].at)) >= 401 - 4 * 28


def test_a_clock_that_was_set_back_leaves_every_version_a_way() -> None:
    versions = history([timedelta(days=1)] * 10)
    versions.append(PastVersion(12, START, 1))
    offered = scheduled_deltas(versions, START)
    assert DeltaRange(11, 12) in offered
    assert all(any(way.since <= number < way.to for way in offered) for number in range(1, 12))


def test_one_version_needs_no_delta() -> None:
    assert scheduled_deltas(history([])[:1], START) == ()
