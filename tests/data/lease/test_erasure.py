"""Erasing the lists of a kit that lost its leave: not under a courier's hands, and finished after a cut."""

import pytest

from data import durable_files
from data.errors import StoreError
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from data.lease import enforcement, erasure
from data.lease.access import AccessState
from tests.data.support.leases import after
from tests.support.kit_status import save_status


def test_while_a_courier_is_at_work_nothing_is_erased_but_the_lists_are_closed(kit: KitHome) -> None:
    save_status(kit, KitStatus("wiped", "stolen"))
    with durable_files.hold_lock(kit.path / erasure.COURIER_LOCK, "syncing"):
        assert enforcement.enforce_access(kit, after(0)).state is AccessState.LOCKED
        assert (kit.path / "lists" / "un").exists()
    assert enforcement.enforce_access(kit, after(0)).state is AccessState.ERASED
    assert not (kit.path / "lists" / "un").exists()


@pytest.mark.parametrize("step", ["_erase_keys", "_empty"])
def test_an_erasure_that_was_cut_off_is_finished_at_the_next_look(
    kit: KitHome, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cut(*_: object) -> None:
        raise StoreError("cut off")

    save_status(kit, KitStatus("wiped", "stolen"))
    with monkeypatch.context() as patch:
        patch.setattr(erasure, step, cut)
        with pytest.raises(StoreError):
            enforcement.enforce_access(kit, after(0))
    assert enforcement.read_access(kit, after(0)).state is AccessState.ERASED
    assert not (kit.path / "lists" / "secret").exists()
    enforcement.enforce_access(kit, after(0))
    assert not (kit.path / "lists" / "un").exists()
