"""Trust lists from master lists, LDIF, PEM and CRL files: what is taken, what is refused by name, what is told."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.certificates.trust_record import TrustItem, TrustRecord
from data.certificates.trust_store import TrustStore
from data.errors import RefusedFile
from sync.headquarters.sources import RefusedRecord, SourceInfo, find_kind, ldif, load_reader
from sync.headquarters.sources.master_list import NOT_ANCHORED, TWICE
from tests.support import pki
from tests.support.sealed import SERIAL, authorities

ROOT = pki.country_signer()
NEIGHBOUR = pki.country_signer(country="NT")
SIGNER = pki.document_signer(ROOT)
BROKEN = b"\x30\x03\x02\x01\x05"
Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return _write


def _read(format_name: str, *paths: Path) -> tuple[list[TrustRecord], list[RefusedRecord], SourceInfo]:
    assert find_kind(format_name) == "trust"
    items = list(load_reader(format_name)(paths))
    info = items.pop()
    assert isinstance(info, SourceInfo)
    records = [item for item in items if isinstance(item, TrustRecord)]
    return records, [item for item in items if isinstance(item, RefusedRecord)], info


def _pem(label: str, *ders: bytes) -> bytes:
    blocks = (
        f"-----BEGIN {label}-----\n".encode() + b64encode(der) + f"\n-----END {label}-----\n".encode() for der in ders
    )
    return b"a comment\n" + b"".join(blocks)


def test_a_master_list_under_its_root(write: Write) -> None:
    file = write("list.ml", pki.master_list(ROOT, [ROOT.der, NEIGHBOUR.der, BROKEN, SIGNER.der]))
    records, refused, info = _read("master-list", file, write("root.cer", ROOT.der))
    assert {(record.country, record.source) for record in records} == {
        ("UT", "master list of UT"),
        ("NT", "master list of UT"),
    }
    reasons = {record.where: record.why for record in refused}
    (signer,) = [where for where in reasons if where.endswith("(C=UT, O=Utopia, CN=DS)")]
    assert signer.startswith("list.ml certificate ")
    assert reasons.pop(signer) == "It may not sign certificates, so it is no country signing certificate"
    assert [why.startswith("A certificate is malformed") for why in reasons.values()] == [True]
    assert (info.date, info.skipped) == ("2020-01-01T00:00:00Z", {})


def test_without_a_root_the_import_says_what_was_not_checked(write: Write) -> None:
    members = [ROOT.der, NEIGHBOUR.der]
    files = [write("a.ml", pki.master_list(ROOT, members)), write("b.ml", pki.master_list(NEIGHBOUR, members))]
    records, _, info = _read("master-list", *files)
    assert len(records) == 2 and info.skipped == {NOT_ANCHORED: 2, TWICE: 2}


@pytest.mark.parametrize(
    "files",
    [
        {"a.ml": b"garbage"},
        {"a.ml": b""},
        {"root.cer": ROOT.der},
        {"a.ml": pki.master_list(ROOT, [ROOT.der], signed_content=b"other")},
        {"a.ml": pki.master_list(ROOT, [ROOT.der]), "root.cer": NEIGHBOUR.der},
        {"a.ml": pki.master_list(ROOT, [ROOT.der]), "root.cer": b"no certificate"},
        {"a.ml": pki.master_list(ROOT, [ROOT.der])[:-20]},
    ],
    ids=["garbage", "empty", "no list", "altered", "another root", "no root", "cut off"],
)
def test_a_master_list_that_does_not_hold_is_refused_whole(write: Write, files: dict[str, bytes]) -> None:
    paths = [write(name, content) for name, content in files.items()]
    with pytest.raises(RefusedFile):
        next(iter(load_reader("master-list")(paths)))


def test_certificates_from_pem_and_der(write: Write) -> None:
    pem = write(
        "many.pem", _pem("CERTIFICATE", ROOT.der, BROKEN, SIGNER.der, ROOT.der) + _pem("X509 CRL", b"passed over")
    )
    records, refused, info = _read("pem", pem, write("one.cer", NEIGHBOUR.der))
    assert [record.name for record in records] == ["C=UT, O=Utopia, CN=CSCA", "C=NT, O=Utopia, CN=CSCA"]
    assert [refusal.where.partition(" (")[0] for refusal in refused] == ["many.pem block 2", "many.pem block 3"]
    assert info.skipped == {"certificates that are there twice": 1}
    for content in (
        b"",
        b"text",
        _pem("X509 CRL", ROOT.der),
        b"-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----",
    ):
        with pytest.raises(RefusedFile):
            _read("pem", write("bad.pem", content))


def test_signers_of_seals_are_known_by_their_name(write: Write) -> None:
    """Nothing but a state and two characters; a document signer, whose name says more, is refused as before."""
    root, signer = authorities()
    records, refused, _ = _read("pem", write("seals.pem", _pem("CERTIFICATE", signer.der, SIGNER.der, root.der)))
    assert [(record.item, record.name) for record in records] == [
        (TrustItem.SIGNER, "C=NO, CN=TS"),
        (TrustItem.CERTIFICATE, "C=NO, O=Utopia, CN=CSCA"),
    ]
    assert len(refused) == 1
    store = TrustStore(records)
    assert [certificate.der for certificate in store.seal_signers("NO", "TS", {SERIAL})] == [signer.der]
    assert store.seal_signers("NO", "TS", {SERIAL + 1}) == store.seal_signers("NO", "XX", {SERIAL}) == ()
    assert list(store.of_state("NO")) != []
    assert all(anchor.certificate.der != signer.der for anchor in store.of_state("NO"))


def test_the_newest_revocation_list_of_each_issuer(write: Write) -> None:
    lists = [pki.revocation_list(ROOT, [5], pki.START + timedelta(days=days)) for days in (0, 9, 4)]
    records, refused, info = _read("crl", write("a.pem", _pem("X509 CRL", *lists, BROKEN)), write("n.crl", lists[0]))
    assert [record.der for record in records] == [lists[1]] and records[0].item is TrustItem.REVOCATIONS
    assert [refusal.where for refusal in refused] == ["a.pem block 4"]
    assert info.skipped == {"revocation lists older than another of their issuer": 3}
    with pytest.raises(RefusedFile):
        _read("crl", write("c.pem", _pem("CERTIFICATE", ROOT.der)))


def _entry(attribute: str, content: bytes) -> str:
    text = b64encode(content).decode()
    folded = "\n ".join([text[:60], *(text[at : at + 70] for at in range(60, len(text), 70))])
    return f"dn: cn=x,o=ml,c=UT\nobjectClass: top\n{attribute}:: {folded}\n\n"


def _ldif(*entries: tuple[str, bytes]) -> bytes:
    return ("version: 1\n\n" + "".join(_entry(*entry) for entry in entries)).encode()


def test_an_ldif_file_of_everything(write: Write) -> None:
    file = write(
        "pkd.ldif",
        _ldif(
            ("pkdMasterListContent", pki.master_list(ROOT, [ROOT.der, NEIGHBOUR.der])),
            ("CscaMasterListData;binary", pki.master_list(ROOT, [ROOT.der], signed_content=b"other")),
            ("cACertificate;binary", NEIGHBOUR.der),
            ("userCertificate;binary", SIGNER.der),
            ("certificateRevocationList;binary", pki.revocation_list(ROOT)),
        )
        + b"cACertificate;binary:: not base64\n",
    )
    records, refused, info = _read("ldif", file)
    assert {(record.item.value, record.country, record.source) for record in records} == {
        ("certificate", "UT", "LDIF: master list of UT"),
        ("certificate", "NT", "LDIF: master list of UT"),
        ("revocations", "UT", "CRL"),
    }
    assert [refusal.why for refusal in refused] == [
        "A master list is not the one that was signed: its digest differs",
        "the value is not base64",
    ]
    assert all(refusal.where.startswith("pkd.ldif:") for refusal in refused)
    assert info.skipped == {NOT_ANCHORED: 1, TWICE: 1, "document signers: each chip brings its own": 1}
    for content in (b"", b"version: 1\n", b"\xff\xfe", b"cACertificate: plain\n"):
        with pytest.raises(RefusedFile):
            _read("ldif", write("bad.ldif", content))


def test_a_value_that_never_ends_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldif, "_LINE_LIMIT", 1000)
    endless = b"cACertificate:: aaaa\n" + b" aaaa\n" * 500
    with pytest.raises(RefusedFile, match="at line 1"):
        _read("ldif", write("bomb.ldif", endless))


@pytest.mark.parametrize("format_name", ["master-list", "pem", "crl", "ldif"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    content=st.one_of(st.binary(max_size=200), st.binary(max_size=80).map(lambda der: _ldif(("cACertificate", der))))
)
def test_any_file_is_taken_or_refused(tmp_path: Path, format_name: str, content: bytes) -> None:
    path = tmp_path / "any.ml"
    path.write_bytes(content)
    try:
        items: Sequence[object] = list(load_reader(format_name)([path]))
    except RefusedFile:
        return
    assert not [item for item in items if isinstance(item, TrustRecord)]
