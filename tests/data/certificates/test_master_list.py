"""Master lists: held by the signer that they carry."""

import pytest

from data.certificates.malformed import Malformed
from data.certificates.master_list import read_master_list
from tests.support import pki

ROOT = pki.country_signer()
SIGNER = pki.document_signer(ROOT)


def test_a_master_list_holds_only_under_its_own_signer() -> None:
    members = [ROOT.der, pki.country_signer(country="NT").der]
    master_list = read_master_list(pki.master_list(ROOT, members))
    assert (master_list.country, sorted(master_list.certificates), master_list.anchor) == ("UT", sorted(members), None)
    anchored = read_master_list(pki.master_list(ROOT, members), [ROOT.certificate])
    assert anchored.anchor is not None and anchored.anchor.der == ROOT.der
    with pytest.raises(Malformed, match="not issued by any of the given roots"):
        read_master_list(pki.master_list(ROOT, members), [pki.country_signer().certificate])
    with pytest.raises(Malformed, match="may not sign master lists"):
        read_master_list(pki.master_list(ROOT, members, signer=SIGNER))
    with pytest.raises(Malformed, match="digest is different"):
        read_master_list(pki.master_list(ROOT, members, signed_content=b"other"))
    with pytest.raises(Malformed, match="not issued by the included root"):
        stranger = pki.list_signer(pki.country_signer())
        read_master_list(pki.master_list(ROOT, members, signer=stranger))
