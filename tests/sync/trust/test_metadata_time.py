"""The time that signatures are held against: clock or floor over a line, the floor alone for what was carried."""

import inspect
import shutil
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

from data.clock import Clock, read_system_time
from data.errors import ExpiredError, RollbackError
from data.kit import headquarters_word
from data.kit.home import KitHome
from sync.kit import courier, vault_entries
from sync.kit.connections.folder_link import FolderLink
from sync.kit.envelopes import refresh_metadata
from sync.link import Delivery
from sync.trust.metadata import Trust, reference_time
from tests.support.deployment import FEWER, PEOPLE, Deployment, sync

SIGNED = datetime(2026, 3, 1, tzinfo=UTC)


def clock(now: datetime, floor: datetime = SIGNED) -> Clock:
    return Clock(floor, lambda: now)


@pytest.mark.parametrize(
    ("now", "line", "carried"),
    [
        (SIGNED + timedelta(days=9), SIGNED + timedelta(days=9), SIGNED),
        (datetime(1970, 1, 1, tzinfo=UTC), SIGNED, SIGNED),
        (SIGNED + timedelta(days=400), SIGNED + timedelta(days=400), SIGNED),
    ],
)
def test_the_reference_time(now: datetime, line: datetime, carried: datetime) -> None:
    assert reference_time(clock(now), Delivery.LINE) == line
    assert reference_time(clock(now), Delivery.CARRIED) == carried


def test_the_private_name_that_the_time_is_set_under_is_still_there(deployment: Deployment, tmp_path: Path) -> None:
    assert version("tuf").startswith("7.0.")
    assert "self.reference_time" in inspect.getsource(TrustedMetadataSet.update_timestamp)
    root = (deployment.mirror / "metadata/1.root.json").read_bytes()
    trust = Trust(tmp_path, root, FolderLink(deployment.mirror), SIGNED)
    assert trust._updater._trusted_set.reference_time == SIGNED


def test_the_time_is_set_in_one_place() -> None:
    top = Path(__file__).resolve().parents[3]
    places = [path for path in (top / "sync").rglob("*.py") if "reference_time =" in path.read_text()]
    assert places == [top / "sync" / "trust" / "metadata.py"]


def of(kit: KitHome, mirror: Path, now: datetime, via: Delivery) -> None:
    root = vault_entries.read_enrolment(kit).root
    refresh_metadata(kit, root, FolderLink(mirror), Clock(headquarters_word.read_clock(kit).floor, lambda: now), via)


@pytest.fixture
def travelled(deployment: Deployment) -> Deployment:
    """A kit that synced, and a stick that was made since."""
    deployment.publish(PEOPLE)
    sync(deployment.kit())
    deployment.publish(FEWER)
    return deployment


@pytest.mark.parametrize("days", [14, 46, 400])
def test_a_stick_may_travel_as_long_as_it_is_newer(travelled: Deployment, days: int) -> None:
    (kit,) = travelled.kits
    now = read_system_time() + timedelta(days=days)
    of(kit, travelled.mirror, now, Delivery.CARRIED)
    if days > 45:
        with pytest.raises(ExpiredError, match=r"timestamp\.json is expired"):
            of(kit, travelled.mirror, now, Delivery.LINE)


def test_a_stick_that_is_older_is_refused_whatever_the_time(travelled: Deployment) -> None:
    (kit,) = travelled.kits
    shutil.copytree(travelled.mirror, travelled.folder / "stick")
    travelled.publish(PEOPLE)
    sync(kit)
    with pytest.raises(RollbackError):
        of(kit, travelled.folder / "stick", read_system_time(), Delivery.CARRIED)


def test_a_stick_from_before_the_floor_has_expired(travelled: Deployment) -> None:
    (kit,) = travelled.kits
    shutil.rmtree(kit.path / "trust")  # so that only the time can tell
    vault_entries.raise_floor(kit, read_system_time() + timedelta(days=46), 1)
    with pytest.raises(ExpiredError):
        of(kit, travelled.mirror, read_system_time(), Delivery.CARRIED)


@pytest.mark.parametrize("now", [datetime(1970, 1, 1, tzinfo=UTC), read_system_time() + timedelta(days=400)])
def test_a_wrong_clock_stops_updates_at_most_and_heals(travelled: Deployment, now: datetime) -> None:
    (kit,) = travelled.kits
    before = headquarters_word.read_clock(kit).floor
    wrong = Clock(before, lambda: now)
    if now < read_system_time():
        assert courier.run(kit, clock=wrong).ok
    else:
        with pytest.raises(ExpiredError):
            courier.run(kit, clock=wrong)
    assert before <= headquarters_word.read_clock(kit).floor <= read_system_time()
    assert courier.run(kit).ok
    edition = kit.lists.open("un").edition()
    assert edition is not None and edition.version == 2
