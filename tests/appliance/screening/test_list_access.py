"""Lists behind their guard, and trust lists as one store: remade with a new version, never from a damaged list."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from appliance.screening.list_access import GuardedList, ListAccessGuard, TrustLists
from data.certificates.certificate import read_certificate
from data.certificates.trust_store import certificate_record
from data.errors import Damaged, Locked
from data.lease.access import AccessState, ListAccess
from data.lists.kinds import trust as kind
from data.policy import Bounds
from data.text import _
from tests.support import pki
from tests.support.sample import NOW, PaperList, edition

ROOT = certificate_record(read_certificate(pki.country_signer().der), "a test")
(ROW,) = kind.rows([ROOT], b"")


def test_every_list_vouches_and_says_how_old_it_is() -> None:
    lists = [PaperList("signers", edition("signers"), {ROW.key: ROW.body})]
    lists.append(PaperList("revoked", edition("revoked", age=timedelta(days=9))))
    trusted = TrustLists(lists).snapshot()
    assert trusted.store.count == 1
    assert trusted.ages(NOW) == "signers (updated 3 hours ago), revoked (updated 9 days ago)"


def test_the_store_is_made_anew_with_a_version_and_only_then() -> None:
    listed = PaperList("signers", edition("signers"))
    lists = TrustLists([listed])
    before = lists.snapshot()
    listed.content = {ROW.key: ROW.body}
    assert lists.snapshot() is before
    listed.edition = edition("signers", 2)
    assert lists.snapshot().store.count == 1


def test_a_list_that_never_came_vouches_for_nobody_and_a_damaged_one_is_told() -> None:
    assert TrustLists([PaperList("signers", None)]).snapshot().ages(NOW) == ""
    with pytest.raises(Damaged):
        TrustLists([PaperList("signers", needs_repair=True)]).snapshot()


def test_a_record_of_a_later_version_leaves_the_others_working() -> None:
    content = {b"new": b'{"item":"hologram"}', b"bytes": b"\xff", ROW.key: ROW.body}
    assert TrustLists([PaperList("signers", edition("signers"), content)]).snapshot().store.count == 1


class CountedList(PaperList):
    """Counts how often it is read."""

    reads = 0

    @contextmanager
    def read(self) -> Iterator[PaperList]:
        self.reads += 1
        with super().read() as view:
            yield view


def guarded(listed: PaperList) -> GuardedList:
    guard = ListAccessGuard(ListAccess)
    return GuardedList(listed.name, "persons", lambda: listed, guard, lambda *_: "", Bounds, lambda: False)  # type: ignore


def test_the_age_of_a_list_that_was_just_searched_needs_no_further_look_at_it() -> None:
    listed = CountedList("wanted")
    reader = guarded(listed)
    for version in (1, 2):
        listed.edition = edition("wanted", version)
        with reader.read() as view:
            searched = view.edition
        assert reader.read_state() == (searched, False)
    assert listed.reads == 2


def test_after_a_look_that_failed_a_list_is_looked_at_again() -> None:
    listed = CountedList("wanted")
    reader = guarded(listed)
    assert reader.read_state().edition == listed.edition
    with pytest.raises(Damaged), reader.read():
        listed.needs_repair = True
        raise Damaged(_("A page is damaged"))
    assert reader.read_state().needs_repair
    listed.error = Damaged(_("A page is damaged"))
    with pytest.raises(Damaged), reader.read():
        pass
    with pytest.raises(Damaged):
        reader.read_state()


def test_a_list_that_is_locked_says_so_although_it_was_just_read() -> None:
    states = [AccessState.GOOD]
    listed = CountedList("wanted")
    guard = ListAccessGuard(lambda: ListAccess(states[-1]))
    reader = GuardedList("wanted", "persons", lambda: listed, guard, lambda *_: "", Bounds, lambda: False)  # type: ignore
    assert reader.read_state().edition == listed.edition
    states.append(AccessState.LOCKED)
    guard.accept_generation(0)  # looks again
    with pytest.raises(Locked):
        reader.read_state()
