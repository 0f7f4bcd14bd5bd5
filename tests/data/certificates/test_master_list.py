"""Master lists: held by the signer that they carry."""

import pytest

from data.certificates.malformed import Malformed
from data.certificates.master_list import read_master_list
from tests.support import pki

ROOT = pki.country_signer()
SIGNER = pki.document_signer(ROOT)
NEIGHBOUR = pki.country_signer(country="NT")


def test_a_master_list_holds_only_under_its_own_signer() -> None:
    members = [ROOT.der, NEIGHBOUR.der]
    master_list = read_master_list(pki.master_list(ROOT, members))
    assert (master_list.country, sorted(master_list.certificates)) == ("UT", sorted(members))
    assert master_list.root.der == ROOT.der and not master_list.is_vouched
    anchored = read_master_list(pki.master_list(ROOT, members), [NEIGHBOUR.certificate, ROOT.certificate])
    assert anchored.root.der == ROOT.der and anchored.is_vouched
    with pytest.raises(Malformed, match="not issued by any of the given roots") as refused:
        read_master_list(pki.master_list(ROOT, members), [pki.country_signer().certificate])
    assert ROOT.certificate.fingerprint in str(refused.value), "the root that would be right is named"
    with pytest.raises(Malformed, match="may not sign master lists"):
        read_master_list(pki.master_list(ROOT, members, signer=SIGNER))
    with pytest.raises(Malformed, match="digest is different"):
        read_master_list(pki.master_list(ROOT, members, signed_content=b"other"))
    with pytest.raises(Malformed, match="neither beside the list nor in it"):
        stranger = pki.list_signer(pki.country_signer())
        read_master_list(pki.master_list(ROOT, members, signer=stranger))


@pytest.mark.parametrize("brought", [[], [NEIGHBOUR.der]])
def test_the_issuer_may_be_in_the_list_alone(brought: list[bytes]) -> None:
    unusable = pki.country_signer(key=pki.EcSigner(hash="sha256"))
    members = [b"\x30\x03\x02\x01\x05", unusable.der, NEIGHBOUR.der, ROOT.der]
    content = pki.master_list(ROOT, members, brought=brought)
    inside = read_master_list(content)
    assert inside.root.der == ROOT.der and not inside.is_vouched
    assert read_master_list(content, [ROOT.certificate]).is_vouched
    with pytest.raises(Malformed, match="no root of its state was given"):
        read_master_list(pki.master_list(ROOT, [NEIGHBOUR.der], brought=brought), [NEIGHBOUR.certificate])


def test_a_root_of_another_state_vouches_for_no_list() -> None:
    content = pki.master_list(ROOT, [ROOT.der], brought=[])
    assert not read_master_list(content, [NEIGHBOUR.certificate]).is_vouched


@pytest.mark.parametrize("place", ["brought", "members"])
def test_an_older_root_vouches_over_link_certificates_and_no_others(place: str) -> None:
    oldest, older = pki.country_signer(), pki.country_signer()
    links = [pki.link(oldest, older), pki.link(older, ROOT)]
    members, brought = [ROOT.der], [ROOT.der]
    (members if place == "members" else brought).extend(links)
    content = pki.master_list(ROOT, members, brought=brought)
    assert read_master_list(content, [oldest.certificate]).is_vouched
    assert read_master_list(content, [older.certificate]).is_vouched
    broken = pki.master_list(ROOT, [ROOT.der, links[0]], brought=[])
    with pytest.raises(Malformed, match="not issued by any of the given roots"):
        read_master_list(broken, [oldest.certificate])
