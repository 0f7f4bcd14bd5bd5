"""Trust lists: what cannot be read of them keeps its place, and what is cut off changes nothing."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from data.errors import IncompleteSource, UnvouchedSource
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.store.run_table import past_imports
from tests.support import pki
from tests.support.deployment import Deployment
from tests.sync.support.trust_files import to_ldif, to_pem

SIGNERS = [pki.country_signer(country=code) for code in ("UT", "NT", "XA", "XB", "XC", "XD")]
DERS = [signer.der for signer in SIGNERS]
Take = Callable[..., ImportReport]


@pytest.fixture
def take(deployment: Deployment) -> Take:
    def _take(form: str, *contents: bytes, reason: str = "", unvouched: str = "a test") -> ImportReport:
        suffix = "ml" if form == "master-list" else form
        paths = [deployment.folder / f"{number}.{suffix}" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return import_list(deployment.hq, form, form, paths, accept_incomplete=reason, accept_unvouched=unvouched)

    return _take


def spoil(der: bytes) -> bytes:
    """Still DER of its length, and no certificate."""
    return der[:4] + b"\xff\xff\xff\xff" + der[8:]


def pem(ders: Sequence[bytes]) -> bytes:
    return to_pem("CERTIFICATE", *ders)


def ldif(ders: Sequence[bytes]) -> bytes:
    return to_ldif(*(("cACertificate;binary", der) for der in ders))


@pytest.mark.parametrize(("form", "write"), [("pem", pem), ("ldif", ldif)])
def test_a_certificate_that_cannot_be_read_withdraws_nobody(
    take: Take, form: str, write: Callable[[Sequence[bytes]], bytes]
) -> None:
    assert take(form, write(DERS)).added == 6
    report = take(form, write([*DERS[:2], spoil(DERS[2]), *DERS[3:]]))
    assert (report.removed, len(report.refused), len(report.kept)) == (0, 1, 1)
    report = take(form, write([*DERS[:2], *DERS[3:]]))
    assert (report.removed, report.kept, report.ok) == (1, (), True)


@pytest.mark.parametrize(("form", "write"), [("pem", pem), ("ldif", ldif)])
@pytest.mark.parametrize("place", range(1, 100, 7))
def test_a_file_that_is_cut_off_changes_nothing(
    take: Take, form: str, write: Callable[[Sequence[bytes]], bytes], place: int
) -> None:
    whole = write(DERS)
    take(form, whole)
    with pytest.raises(IncompleteSource):
        take(form, whole[: len(whole) * place // 100])
    assert take(form, whole).unchanged == 6


@pytest.mark.parametrize("place", [0, 1, 3, 200, -200, -1])
def test_der_that_is_cut_off_changes_nothing(take: Take, place: int) -> None:
    for form, whole in (
        ("pem", DERS[0]),
        ("crl", pki.revocation_list(SIGNERS[0])),
        ("master-list", pki.master_list(SIGNERS[0], DERS)),
    ):
        take(form, whole)
        with pytest.raises(IncompleteSource):
            take(form, whole[:place])


def test_a_file_or_a_master_list_that_was_there_before_is_missed(take: Take) -> None:
    lists = [pki.master_list(SIGNERS[0], DERS), pki.master_list(SIGNERS[1], DERS[1:])]
    take("master-list", *lists)
    with pytest.raises(IncompleteSource, match="the master list of NT is missing"):
        take("master-list", lists[0])
    take("pem", pem(DERS), DERS[0])
    with pytest.raises(IncompleteSource, match="file 2 is missing"):
        take("pem", pem(DERS))
    assert take("pem", pem(DERS), reason="the second was the first of the first").accepted


def test_a_kind_of_entry_that_was_there_before_is_missed(take: Take) -> None:
    crl = ("certificateRevocationList;binary", pki.revocation_list(SIGNERS[0]))
    authorities = [("cACertificate;binary", der) for der in DERS]
    take("ldif", to_ldif(*authorities, crl))
    with pytest.raises(IncompleteSource, match="revocation lists is missing"):
        take("ldif", to_ldif(*authorities))


def test_an_attribute_that_there_is_not_hides_no_certificate(take: Take) -> None:
    whole = ldif(DERS)
    take("ldif", whole)
    report = take("ldif", whole.replace(b"cACertificate", b"cACxrtificate", 1))
    assert (report.removed, len(report.refused), len(report.kept)) == (0, 1, 1)


def test_an_older_revocation_list_does_not_replace_a_newer_one_that_cannot_be_read(take: Take) -> None:
    older, newer = (pki.revocation_list(SIGNERS[0], at=pki.START + timedelta(days=day)) for day in (1, 9))
    assert take("crl", to_pem("X509 CRL", older, newer)).added == 1
    report = take("crl", to_pem("X509 CRL", older, newer[:40] + bytes(len(newer) - 40)))
    assert (report.changed, len(report.kept), report.ok) == (0, 1, False)


def test_a_list_that_nobody_vouches_for_is_taken_with_a_reason_alone_and_that_is_journalled(
    take: Take, deployment: Deployment
) -> None:
    content = pki.master_list(SIGNERS[0], DERS)
    whole = to_ldif(("pkdMasterListContent", content))
    for form, source in (("master-list", content), ("ldif", whole)):
        with pytest.raises(UnvouchedSource) as refused:
            take(form, source, unvouched="")
        assert SIGNERS[0].certificate.fingerprint in refused.value.what
        assert refused.value.do.index("root certificate") < refused.value.do.index("--accept-unvouched")
        with pytest.raises(UnvouchedSource):
            take(form, source, unvouched="", reason="it is complete")
        report = take(form, source, unvouched="fingerprint compared by telephone")
        assert report.added == 6 and len(report.accepted) == 1
        with deployment.hq.store.reading() as connection:
            (entry,) = past_imports(connection, form)
        assert entry.notes.reason == "fingerprint compared by telephone" and entry.notes.signs == report.accepted


def test_a_list_of_which_no_record_can_be_used_names_what_was_refused_and_advises_nothing_that_withdraws(
    take: Take,
) -> None:
    take("pem", pem(DERS))
    with pytest.raises(IncompleteSource, match="no record") as refused:
        take("pem", pem([spoil(der) for der in DERS]))
    assert len(refused.value.notes) == 6 and "--accept-incomplete" not in refused.value.do
    with pytest.raises(IncompleteSource) as fewer:
        take("pem", pem(DERS[:2]))
    assert "--accept-incomplete" in fewer.value.do and "withdrawn" in fewer.value.do
