"""Master lists: what stands under its root, what nobody vouches for, what is refused whole."""

import pytest

from data.errors import RefusedFile
from sync.headquarters.sources import load_reader
from sync.headquarters.sources.certificates.master_list import TWICE
from tests.support import pki
from tests.sync.support.trust_files import Write, read_records

ROOT = pki.country_signer()
NEIGHBOUR = pki.country_signer(country="NT")
SIGNER = pki.document_signer(ROOT)
BROKEN = b"\x30\x03\x02\x01\x05"


def test_a_master_list_under_its_root(write: Write) -> None:
    file = write("list.ml", pki.master_list(ROOT, [ROOT.der, NEIGHBOUR.der, BROKEN, SIGNER.der]))
    records, refused, info = read_records("master-list", file, write("root.cer", ROOT.der))
    assert {(record.country, record.source) for record in records} == {
        ("UT", "master list of UT"),
        ("NT", "master list of UT"),
    }
    reasons = {record.where: record.why for record in refused}
    (signer,) = [where for where in reasons if where.endswith("(C=UT, O=Utopia, CN=DS)")]
    assert signer.startswith("list.ml certificate ")
    assert reasons.pop(signer) == "It is not allowed to sign certificates, so it is not a country signing certificate"
    assert [why.startswith("A certificate is malformed") for why in reasons.values()] == [True]
    assert (info.date, info.skipped) == ("2020-01-01T00:00:00Z", {})


def test_without_a_root_every_certificate_is_marked_and_the_list_is_named_with_a_fingerprint(write: Write) -> None:
    members = [ROOT.der, NEIGHBOUR.der]
    files = [write("a.ml", pki.master_list(ROOT, members)), write("b.ml", pki.master_list(NEIGHBOUR, members))]
    records, _, info = read_records("master-list", *files)
    assert len(records) == 2 and info.skipped == {TWICE: 2}
    assert not any(record.vouched for record in records)
    first, second = info.unvouched
    assert first.startswith("a.ml, of ") and ROOT.certificate.fingerprint in first
    assert second.startswith("b.ml, of ") and NEIGHBOUR.certificate.fingerprint in second


@pytest.mark.parametrize("vouched_name", ["a.ml", "z.ml"])
def test_roots_vouch_by_state_and_what_two_lists_have_is_vouched_for_if_either_is(
    write: Write, vouched_name: str
) -> None:
    other = pki.country_signer(country="XA")
    vouched = write(vouched_name, pki.master_list(ROOT, [ROOT.der, NEIGHBOUR.der]))
    alone = write("m.ml", pki.master_list(NEIGHBOUR, [NEIGHBOUR.der, other.der]))
    records, _, info = read_records("master-list", vouched, alone, write("root.cer", ROOT.der))
    assert {record.country: record.vouched for record in records} == {"UT": True, "NT": True, "XA": False}
    assert len(info.unvouched) == 1 and info.unvouched[0].startswith("m.ml")


@pytest.mark.parametrize(
    "files",
    [
        {"a.ml": b"garbage"},
        {"a.ml": b""},
        {"root.cer": ROOT.der},
        {"a.ml": pki.master_list(ROOT, [ROOT.der], signed_content=b"other")},
        {"a.ml": pki.master_list(ROOT, [ROOT.der]), "root.cer": pki.country_signer().der},
        {"a.ml": pki.master_list(ROOT, [ROOT.der]), "root.cer": b"no certificate"},
        {"a.ml": pki.master_list(ROOT, [ROOT.der])[:-20]},
    ],
    ids=["garbage", "empty", "no list", "altered", "another root", "no root", "cut off"],
)
def test_a_master_list_that_does_not_hold_is_refused_whole(write: Write, files: dict[str, bytes]) -> None:
    paths = [write(name, content) for name, content in files.items()]
    with pytest.raises(RefusedFile):
        next(iter(load_reader("master-list")(paths)))
