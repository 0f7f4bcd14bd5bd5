"""LDIF files of everything that states publish; a value that never ends is refused."""

import pytest

from data.errors import RefusedFile
from sync.headquarters.sources.certificates import ldif
from sync.headquarters.sources.certificates.master_list import NOT_ANCHORED, TWICE
from tests.support import pki
from tests.sync.support.trust_files import Write, read_records, to_ldif

ROOT = pki.country_signer()
NEIGHBOUR = pki.country_signer(country="NT")
SIGNER = pki.document_signer(ROOT)


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
        ("certificate", "NT", "LDIF: master list of UT"),
        ("revocations", "UT", "CRL"),
    }
    assert [refusal.why for refusal in refused] == [
        "A master list is not the one that was signed: its digest is different",
        "the value is not base64",
    ]
    assert all(refusal.where.startswith("pkd.ldif:") for refusal in refused)
    assert info.skipped == {NOT_ANCHORED: 1, TWICE: 1, "document signers: each chip brings its own": 1}
    for content in (b"", b"version: 1\n", b"\xff\xfe", b"cACertificate: plain\n"):
        with pytest.raises(RefusedFile):
            read_records("ldif", write("bad.ldif", content))


def test_a_value_that_never_ends_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldif, "_LINE_LIMIT", 1000)
    endless = b"cACertificate:: aaaa\n" + b" aaaa\n" * 500
    with pytest.raises(RefusedFile, match="at line 1"):
        read_records("ldif", write("bomb.ldif", endless))
