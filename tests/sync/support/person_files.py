"""Invented lists of persons as OFAC and the UN publish them, with rows and entries that a test chooses."""

from collections.abc import Sequence
from pathlib import Path

from sync.headquarters.importer import ImportReport, import_list
from tests.support.deployment import Deployment, un_file

NOTHING = ",-0- " * 6
REMARKS = "DOB 02 Jan 1970; nationality Iran; Passport X1234567 (Iran)."
SDN = '{},"TESTA {}, Maria","individual","SDGT",-0- ' + NOTHING + ',"' + REMARKS + '"'
ALT = '{},{},"aka","OTHER {}, Ana",-0- '
NUMBERS = range(101, 131)
WHOLE = {number: SDN.format(number, number) for number in NUMBERS}
ALIASES = {number: ALT.format(number, number, number) for number in NUMBERS}


def ofac(
    deployment: Deployment,
    sdn: Sequence[str] = tuple(WHOLE.values()),
    alt: Sequence[str] = tuple(ALIASES.values()),
    reason: str = "",
) -> ImportReport:
    paths = [deployment.folder / f"{part}.csv" for part in ("sdn", "alt", "add")]
    for path, lines in zip(paths, (sdn, alt, ()), strict=True):
        path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("cp1252") + b"\x1a")
    return import_list(deployment.hq, "ofac", "ofac-csv", paths, accept_incomplete=reason)


def people(path: Path, entries: Sequence[str]) -> Path:
    un_file(path, {})
    members = "".join(f"<INDIVIDUAL>{entry}</INDIVIDUAL>" for entry in entries)
    path.write_text(path.read_text().replace("</INDIVIDUALS>", f"{members}</INDIVIDUALS>"))
    return path
