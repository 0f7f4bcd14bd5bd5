"""A stretch of a file that is lost or overwritten takes several records along: none of them is withdrawn."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import RefusedFile
from sync.headquarters.importer import ImportReport, import_list
from sync.limits import LIMITS
from tests.support import pki
from tests.support.deployment import Deployment, un_file
from tests.sync.support.person_files import ALIASES, WHOLE, people
from tests.sync.support.trust_files import to_ldif, to_pem

COLUMNS = "number,country,type,fraud,theft_date,theft_country,issued,expires,review,batch,reference,note"
DOCUMENTS = "".join(
    f"AB{number:05},FRA,PAS,stolen,2025-01-{1 + number % 28:02},ESP,2020-03-04,2030-03-03,,,ref {number},from a car\n"
    for number in range(60)
)
PEOPLE = {f"XXi.{number}": f"Testa Number {number}" for number in range(60)}
SIGNERS = [pki.country_signer(country=code) for code in ("UT", "NT", "XA", "XB", "XC", "XD", "XE", "XF")]
DERS = [signer.der for signer in SIGNERS]
REVOCATIONS = [pki.revocation_list(signer, [5]) for signer in SIGNERS]
DAMAGE: dict[str, Callable[[int], bytes]] = {
    "lost": lambda _size: b"",
    **{name: lambda size, byte=byte: byte * size for name, byte in
       {"NUL": b"\0", "blanks": b" ", "x": b"x", "0xFF": b"\xff"}.items()},
}  # fmt: skip


def person(number: int) -> str:
    return f"<FIRST_NAME>Testa Number {number}</FIRST_NAME><REFERENCE_NUMBER>XXi.{number}</REFERENCE_NUMBER>"


def documents(folder: Path) -> tuple[str, list[Path]]:
    (folder / "sltd.csv").write_text(f"{COLUMNS}\n{DOCUMENTS}")
    return "sltd-csv", [folder / "sltd.csv"]


def united_nations(folder: Path) -> tuple[str, list[Path]]:
    return "un-xml", [un_file(folder / "un.xml", PEOPLE)]


def ofac(folder: Path) -> tuple[str, list[Path]]:
    for name, lines in (("sdn.csv", WHOLE), ("alt.csv", ALIASES), ("add.csv", dict[int, str]())):
        (folder / name).write_bytes("".join(f"{line}\r\n" for line in lines.values()).encode() + b"\x1a")
    return "ofac-csv", [folder / "sdn.csv", folder / "alt.csv", folder / "add.csv"]


def notices(folder: Path) -> tuple[str, list[Path]]:
    entries = [{"entity_id": f"2025/{number}", "name": "TESTA", "forename": f"ANA {number}"} for number in range(60)]
    (folder / "notices.json").write_text(json.dumps(entries))
    return "notices-json", [folder / "notices.json"]


def ldif(folder: Path) -> tuple[str, list[Path]]:
    (folder / "pkd.ldif").write_bytes(to_ldif(*(("cACertificate;binary", der) for der in DERS)))
    return "ldif", [folder / "pkd.ldif"]


def pem(folder: Path) -> tuple[str, list[Path]]:
    (folder / "all.pem").write_bytes(to_pem("CERTIFICATE", *DERS))
    return "pem", [folder / "all.pem"]


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize(
    ("write", "size"), [(documents, 300), (united_nations, 300), (ofac, 500), (notices, 250), (ldif, 2500), (pem, 2500)]
)
@pytest.mark.parametrize("share", [0.31, 0.37, 0.43, 0.49])
def test_a_gap_over_several_records_withdraws_none_of_them(
    deployment: Deployment, write: Callable[[Path], tuple[str, list[Path]]], size: int, kind: str, share: float
) -> None:
    form, paths = write(deployment.folder)
    before = import_list(deployment.hq, "list", form, paths)
    whole = paths[0].read_bytes()
    start = int(share * len(whole))
    paths[0].write_bytes(whole[:start] + DAMAGE[kind](size) + whole[start + size :])
    try:
        report = import_list(deployment.hq, "list", form, paths)
    except RefusedFile:
        return
    assert before.added and report.removed == 0
    assert not report.ok


def test_a_removed_record_is_named_where_another_was_refused(deployment: Deployment) -> None:
    form, paths = documents(deployment.folder)
    import_list(deployment.hq, "list", form, paths)
    rows = DOCUMENTS.splitlines(keepends=True)
    rows[3] = rows[3].replace("2025-01-04", "04.01.2025")
    paths[0].write_text(f"{COLUMNS}\n{''.join(rows[:7] + rows[8:])}")
    report = import_list(deployment.hq, "list", form, paths)
    assert (report.removed, report.withdrawn, report.kept) == (1, ("FRA-PAS-AB00007",), ("FRA-PAS-AB00003",))
    paths[0].write_text(f"{COLUMNS}\n{''.join(rows[:3] + rows[4:7])}{''.join(rows[8:])}")
    report = import_list(deployment.hq, "list", form, paths)
    assert (report.removed, report.withdrawn, report.ok) == (1, (), True)


def test_a_seam_of_two_lines_that_only_spoils_a_value_withdraws_nobody(deployment: Deployment) -> None:
    form, paths = documents(deployment.folder)
    import_list(deployment.hq, "list", form, paths)
    text = paths[0].read_text()
    start = text.index("2025-01-11") + len("2025")
    end = text.index("2025-01-14") + len("2025-01")
    paths[0].write_text(text[:start] + text[end:])
    report = import_list(deployment.hq, "list", form, paths)
    assert [refusal.identity for refusal in report.refused] == ["FRA-PAS-AB00010"] and report.removed == 0
    assert set(report.kept) == {f"FRA-PAS-AB{number:05}" for number in (10, 11, 12, 13)}


def test_a_damaged_element_of_a_body_hides_persons_only_if_it_took_one_along(deployment: Deployment) -> None:
    path = un_file(deployment.folder / "un.xml", PEOPLE)
    body = "<ENTITY><FIRST_NAME>Body<FIRST_NAME><REFERENCE_NUMBER>XXe.1</REFERENCE_NUMBER></ENTITY>"
    whole = path.read_text().replace("<ENTITIES/>", f"<ENTITIES>{body}</ENTITIES>")
    path.write_text(whole)
    import_list(deployment.hq, "un", "un-xml", [path])
    swapped = whole.replace("<INDIVIDUALS>", "<INDIVIDUALS><ENTITY><FIRST_NAME>Other")
    start = swapped.index("Other") + 3
    path.write_text(swapped[:start] + swapped[swapped.index("Number 2<") :])
    assert import_list(deployment.hq, "un", "un-xml", [path]).removed == 0
    path.write_text(whole.replace("Body", "Bodies").replace(f"<INDIVIDUAL>{person(3)}</INDIVIDUAL>", ""))
    assert import_list(deployment.hq, "un", "un-xml", [path]).removed == 1


Rows = Callable[[Path, int, int], tuple[str, list[Path]]]
"""Writes a file that holds the first of its records and the same unreadable row so many times."""


def documents_and(row: str) -> Rows:
    def _write(folder: Path, count: int, repeated: int) -> tuple[str, list[Path]]:
        form, paths = documents(folder)
        lines = [*DOCUMENTS.splitlines()[:count], *[row] * repeated]
        paths[0].write_text("\n".join([COLUMNS, *lines, ""]))
        return form, paths

    return _write


def notices_and(entry: object) -> Rows:
    def _write(folder: Path, count: int, repeated: int) -> tuple[str, list[Path]]:
        form, paths = notices(folder)
        paths[0].write_text(json.dumps([*json.loads(paths[0].read_text())[:count], *[entry] * repeated]))
        return form, paths

    return _write


def united_nations_and_nobody(folder: Path, count: int, repeated: int) -> tuple[str, list[Path]]:
    entries = [*map(person, range(count)), *["<FIRST_NAME>Nobody</FIRST_NAME>"] * repeated]
    return "un-xml", [people(folder / "un.xml", entries)]


def ofac_and_garbage(folder: Path, count: int, repeated: int) -> tuple[str, list[Path]]:
    form, paths = ofac(folder)
    lines = [*[*WHOLE.values()][:count], *["garbage"] * repeated]
    paths[0].write_bytes("".join(f"{line}\r\n" for line in lines).encode() + b"\x1a")
    paths[1].write_bytes("".join(f"{line}\r\n" for line in [*ALIASES.values()][:count]).encode() + b"\x1a")
    return form, paths


def ldif_and_garbage(folder: Path, count: int, repeated: int) -> tuple[str, list[Path]]:
    form, paths = ldif(folder)
    ders = [*DERS[:count], *[b"\x04\x03bad"] * repeated]
    paths[0].write_bytes(to_ldif(*(("cACertificate;binary", der) for der in ders)))
    return form, paths


def pem_and_garbage(folder: Path, count: int, repeated: int) -> tuple[str, list[Path]]:
    form, paths = pem(folder)
    paths[0].write_bytes(to_pem("CERTIFICATE", *DERS[:count], *[b"garbage"] * repeated))
    return form, paths


def revocations_and_garbage(folder: Path, count: int, repeated: int) -> tuple[str, list[Path]]:
    (folder / "all.crl").write_bytes(to_pem("X509 CRL", *REVOCATIONS[:count], *[b"garbage"] * repeated))
    return "crl", [folder / "all.crl"]


@pytest.mark.parametrize("are_one_by_one", [True, False])
@pytest.mark.parametrize(
    ("write", "count", "gone"),
    [
        *((documents_and(row), 60, 2) for row in ("garbage", ",,,,", "AB99999,FRA")),
        *((notices_and(entry), 60, 2) for entry in ({}, None, {"name": "X"})),
        (united_nations_and_nobody, 60, 2),
        (ofac_and_garbage, len(WHOLE), 2),
        (ldif_and_garbage, len(DERS), 1),
        (pem_and_garbage, len(DERS), 1),
        (revocations_and_garbage, len(DERS), 1),
    ],
)
def test_more_of_a_row_that_was_refused_before_may_be_records_that_are_missing(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, write: Rows, count: int, gone: int, are_one_by_one: bool
) -> None:
    if not are_one_by_one:
        monkeypatch.setattr("sync.headquarters.import_judgement.LIMITS", replace(LIMITS, unread_rows=0))
    import_rows(deployment, write, count, 0)
    assert import_rows(deployment, write, count, 1).kept == ()
    report = import_rows(deployment, write, count - gone, 1 + gone)
    assert (report.removed, len(report.kept), len(report.refused), report.ok) == (0, gone, 1 + gone, False)
    again = import_rows(deployment, write, count - gone, 1 + gone)
    assert (again.removed, again.kept) == (0, report.kept)
    healed = import_rows(deployment, write, count, 1 + gone)
    assert (healed.removed, healed.kept) == (0, ())
    assert import_rows(deployment, write, count - 1, 1 + gone).removed == 1


def import_rows(deployment: Deployment, write: Rows, count: int, repeated: int) -> ImportReport:
    form, paths = write(deployment.folder, count, repeated)
    return import_list(deployment.hq, "list", form, paths)
