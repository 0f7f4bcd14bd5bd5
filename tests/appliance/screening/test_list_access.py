"""Trust lists as one store: remade with a new version, never from a damaged list; later records are passed over."""

from datetime import timedelta

import pytest

from appliance.screening.list_access import TrustLists
from data.certificates.certificate import read_certificate
from data.certificates.trust_store import certificate_record
from data.errors import Damaged
from data.lists.kinds import trust as kind
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
