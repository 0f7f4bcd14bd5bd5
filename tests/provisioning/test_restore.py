"""A kit that is put back from a copy by the product's own command."""

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.errors import InputError, NoHome, WrongPassphrase
from data.journal.chains import KIT_RESTORED
from data.journal.history import read_events, verify_journal
from data.journal.outgoing import Outbox
from data.kit.home import KitHome
from data.lease import enforcement
from data.people.staff import Actor, StaffRole
from data.witness.comparison import find_disagreements
from provisioning.restore import restore_kit
from tests.support.deployment import FEWER, PASSPHRASE, PEOPLE, Deployment, sync
from tests.support.staff import make_actor

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _technician(kit: KitHome) -> Actor:
    return make_actor("T-1", StaffRole.TECHNICIAN)


@pytest.fixture
def copy(deployment: Deployment, tmp_path: Path) -> Path:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    kit.journal.record("drill", NOW, "officer", "seen", {})
    sync(kit)
    kit.close()
    return Path(shutil.copytree(kit.path, tmp_path / "backup", symlinks=True))


def test_a_restored_kit_begins_a_new_incarnation_and_raises_no_alarm(copy: Path, tmp_path: Path) -> None:
    with closing(KitHome.open(copy, PASSPHRASE, "check")) as before:
        old = before.journal.incarnation
    home = tmp_path / "anew"
    with closing(restore_kit(home, PASSPHRASE, copy, identify=_technician, why="the disk failed")) as kit:
        assert kit.journal.incarnation != old
        (event,) = read_events(kit.journal, KIT_RESTORED)
        assert (event.person, event.detail) == ("T-1", {"reason": "the disk failed"})
    with closing(KitHome.open(home, PASSPHRASE, "courier")) as kit:
        assert find_disagreements(kit) == () == verify_journal(kit.journal).faults
        access = enforcement.enforce_access(kit, enforcement.headquarters_word.read_clock(kit))
        assert access.changed_files == () and access.unconfirmed == frozenset()
        assert sum(Outbox(kit.journal).waiting().values()) > 0
        assert sync(kit)["un"].error is None
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_copy_whose_files_do_not_fit_each_other_keeps_its_alarms(
    deployment: Deployment, copy: Path, tmp_path: Path
) -> None:
    deployment.allow_any_fall()
    deployment.publish(FEWER)
    newer = deployment.kits[0].path
    with closing(KitHome.open(newer, PASSPHRASE, "courier")) as kit:
        sync(kit)
    mixed = Path(shutil.copytree(newer, tmp_path / "mixed", symlinks=True))
    shutil.rmtree(mixed / "lists" / "un")
    shutil.copytree(copy / "lists" / "un", mixed / "lists" / "un")
    with closing(restore_kit(tmp_path / "anew", PASSPHRASE, mixed, identify=_technician, why="a test")) as kit:
        assert kit.witness.read().unconfirmed == {"un": 2}
    with closing(KitHome.open(tmp_path / "anew", PASSPHRASE, "courier")) as kit:
        access = enforcement.enforce_access(kit, enforcement.headquarters_word.read_clock(kit))
        assert access.unconfirmed == {"un"} and access.changed_files == ("lists/un",)
        assert find_disagreements(kit) == (), "that is said once"
        assert sync(kit)["un"].after == 2
        assert enforcement.read_access(kit, enforcement.headquarters_word.read_clock(kit)).unconfirmed == frozenset()


def test_what_stood_in_a_copy_stands_in_the_restored_kit(deployment: Deployment, copy: Path, tmp_path: Path) -> None:
    (copy / "witness").unlink()
    with closing(KitHome.open(copy, PASSPHRASE, "check")) as kit:
        enforcement.enforce_access(kit, enforcement.headquarters_word.read_clock(kit))
    with closing(restore_kit(tmp_path / "anew", PASSPHRASE, copy, identify=_technician, why="a test")) as kit:
        access = enforcement.enforce_access(kit, enforcement.headquarters_word.read_clock(kit))
        assert access.unconfirmed == {"un"} and access.changed_files == ("witness",)


def test_nothing_is_overwritten_and_nothing_is_left_of_a_failure(copy: Path, tmp_path: Path) -> None:
    home = tmp_path / "anew"
    with pytest.raises(WrongPassphrase):
        restore_kit(home, "another sentence", copy, identify=_technician, why="a test")
    assert not home.exists()
    with pytest.raises(InputError, match="requires a reason"):
        restore_kit(home, PASSPHRASE, copy, identify=_technician, why=" ")
    with pytest.raises(NoHome):
        restore_kit(home, PASSPHRASE, tmp_path / "elsewhere", identify=_technician, why="a test")
    with pytest.raises(InputError, match="inside the copy"):
        restore_kit(copy / "inner", PASSPHRASE, copy, identify=_technician, why="a test")
    home.mkdir()
    (home / "something").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        restore_kit(home, PASSPHRASE, copy, identify=_technician, why="a test")
    assert (home / "something").read_text() == "mine"
