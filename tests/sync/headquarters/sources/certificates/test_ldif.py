"""LDIF files of everything that states publish; a value that never ends is refused."""

import pytest

from data.errors import IncompleteSource, RefusedFile
from sync.headquarters.sources.certificates import ldif
from sync.headquarters.sources.certificates.master_list import TWICE
from tests.support import pki
from tests.sync.support.trust_files import Write, read_records, to_ldif, to_pem

ROOT = pki.country_signer()
NEIGHBOUR = pki.country_signer(country="NT")
SIGNER = pki.document_signer(ROOT)
STRANGER = pki.country_signer()


def test_an_ldif_file_of_everything(write: Write) -> None:
    file = write(
        "pkd.ldif",
        to_ldif(
            ("pkdMasterListContent", pki.master_list(ROOT, [ROOT.der, NEIGHBOUR.der])),
            ("CscaMasterListData;binary", pki.master_list(ROOT, [ROOT.der], signed_content=b"other")),
            ("cACertificate;binary", NEIGHBOUR.der),
            ("userCertificate;binary", SIGNER.der),
            ("certificateRevocationList;binary", pki.revocation_list(ROOT)),
        )
        + b"cACertificate;binary:: not base64\n",
    )
    records, refused, info = read_records("ldif", file)
    assert {(record.item.value, record.country, record.source) for record in records} == {
        ("certificate", "UT", "LDIF: master list of UT"),
        ("certificate", "NT", "LDIF"),
        ("revocations", "UT", "CRL"),
    }
    assert [refusal.why for refusal in refused] == [
        "A master list is not the one that was signed: its digest is different",
        "the value is not base64",
    ]
    assert all(refusal.where.startswith("pkd.ldif:") for refusal in refused)
    assert info.skipped == {TWICE: 1, "document signers: each chip brings its own": 1}
    assert {record.country: record.vouched for record in records if record.item.value == "certificate"} == {
        "UT": False,
        "NT": True,
    }
    assert len(info.unvouched) == 1 and ROOT.certificate.fingerprint in info.unvouched[0]
    for content in (b"", b"version: 1\n", b"\xff\xfe", b"cACertificate: plain\n"):
        with pytest.raises(RefusedFile):
            read_records("ldif", write("bad.ldif", content))


def test_a_value_that_never_ends_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldif, "_LINE_LIMIT", 1000)
    endless = b"cACertificate:: aaaa\n" + b" aaaa\n" * 500
    with pytest.raises(RefusedFile, match="at line 1"):
        read_records("ldif", write("bomb.ldif", endless))


def test_roots_beside_an_ldif_file_vouch_for_the_lists_of_their_states(write: Write) -> None:
    other = pki.country_signer(country="XA")
    lists = [pki.master_list(NEIGHBOUR, [NEIGHBOUR.der, other.der]), pki.master_list(ROOT, [ROOT.der, NEIGHBOUR.der])]
    file = write("pkd.ldif", to_ldif(*(("pkdMasterListContent", content) for content in lists)))
    records, refused, info = read_records("ldif", file, write("root.cer", ROOT.der))
    assert {record.country: record.vouched for record in records} == {"UT": True, "NT": True, "XA": False}
    assert len(info.unvouched) == 1 and not refused
    _records, refused, _info = read_records("ldif", file, write("root.pem", to_pem("CERTIFICATE", STRANGER.der)))
    assert ["given roots" in refusal.why for refusal in refused] == [True]


def test_a_file_of_document_signers_alone_says_so(write: Write) -> None:
    signers = to_ldif(*[("userCertificate;binary", SIGNER.der)] * 3)
    with pytest.raises(RefusedFile, match="document signers and nothing else") as refused:
        read_records("ldif", write("signers.ldif", signers))
    assert not isinstance(refused.value, IncompleteSource) and "accept" not in refused.value.do
    assert "master lists" in refused.value.do
