"""kill −9 while a kit reports, of either side, and while a stick is written: nothing is lost, nothing counts twice."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from data.errors import InputError
from data.journal.history import verify_journal
from data.kit.home import KitHome
from sync.formats.stick import is_stick
from sync.headquarters import sticks as stick_hq
from sync.headquarters.home import HeadquartersHome
from sync.kit import courier
from sync.kit import sticks as stick_kit
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment, names
from tests.support.killing import moments_of
from tests.support.network.uplinks import Straight, dispatch, events_here, events_of, happen


def prepared(deployment: Deployment, tmp_path: Path) -> Callable[[], None]:
    """A headquarters and a kit with events, closed; the function makes fresh copies of both, and an empty stick."""
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    courier.run(kit)
    happen(kit, 4)
    kit.close()
    deployment.hq.close()

    def fresh() -> None:
        for name, source in (("hq copy", deployment.hq.path), ("kit copy", kit.path)):
            shutil.rmtree(tmp_path / name, ignore_errors=True)
            shutil.copytree(source, tmp_path / name)
        shutil.rmtree(tmp_path / "stick", ignore_errors=True)
        (tmp_path / "stick").mkdir()

    return fresh


def open_kit(tmp_path: Path) -> KitHome:
    return KitHome.open(tmp_path / "kit copy", PASSPHRASE, "courier")


def open_hq(tmp_path: Path) -> HeadquartersHome:
    return HeadquartersHome.open(tmp_path / "hq copy", PASSPHRASE)


def check(tmp_path: Path) -> None:
    kit, hq = open_kit(tmp_path), open_hq(tmp_path)
    assert dispatch(kit).send(Straight(hq)).waiting == 0
    assert sorted(events_here(hq, again=True)) == sorted(events_of(kit))
    assert verify_journal(kit.journal).faults == ()
    kit.close()
    hq.close()


@pytest.mark.acceptance
def test_killed_before_any_durable_step_of_a_report(deployment: Deployment, tmp_path: Path) -> None:
    fresh = prepared(deployment, tmp_path)

    def work() -> None:
        dispatch(open_kit(tmp_path)).send(Straight(open_hq(tmp_path)))

    fresh()
    count = moments_of(work)
    assert count is not None and count >= 6
    for moment in range(count):
        fresh()
        assert moments_of(work, moment) is None
        check(tmp_path)


@pytest.mark.acceptance
def test_pulled_out_before_any_durable_step_of_a_stick(deployment: Deployment, tmp_path: Path) -> None:
    fresh = prepared(deployment, tmp_path)
    stick = tmp_path / "stick"

    def to_the_stick() -> None:
        stick_hq.stick_out(open_hq(tmp_path), stick)
        stick_kit.stick_out(open_kit(tmp_path), stick)

    fresh()
    count = moments_of(to_the_stick)
    assert count is not None and count > 20
    for moment in range(0, count, 3):
        fresh()
        assert moments_of(to_the_stick, moment) is None
        kit, hq = open_kit(tmp_path), open_hq(tmp_path)
        if is_stick(stick):
            stick_hq.stick_in(hq, stick)
        else:  # pulled out before its first folder
            with pytest.raises(InputError):
                stick_hq.stick_in(hq, stick)
        stick_hq.stick_out(hq, stick)
        assert stick_kit.stick_in(kit, stick).ok and names(kit) == PEOPLE
        stick_kit.stick_out(kit, stick)
        assert list(stick.rglob("*.part")) == []
        kit.close()
        hq.close()
        check(tmp_path)
