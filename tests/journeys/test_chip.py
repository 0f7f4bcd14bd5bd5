"""`waypost check` and `kit bench` with chips, on the demonstration's kit: in process, and through a real pcscd."""

from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from devices.simulated.chip.chip_reader import issue_chip
from devices.simulated.chip.simulated_chip import SimulatedChip
from devices.simulated.kit_file import load_chip_readers, load_readers
from tests.support.command_line import SCHEMA, Waypost
from tests.support.staff import sign_in_at
from tests.support.virtual_pcsc import VirtualPcsc
from ui.demo.build import PASSPHRASE, build

DOCUMENT = (
    'document = { format = "TD3", code = "P", issuer = "NOR", number = "CAF204417", surname = "Hallingdal", '
    'given = "Ragnhild Sofie", nationality = "NOR", birth = 1984-06-19, sex = "F", expiry = 2033-02-11 }'
)
CHIPS = {
    "genuine": '{ can = "204815" }',
    "copy": '{ faults = ["cloned_ca"] }',
    "forged": '{ faults = ["signer_forged"] }',
    "unknown": '{ faults = ["unknown_csca"] }',
}


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's kit, with a reader for each kind of chip."""
    home = build(tmp_path_factory.mktemp("chips"), lambda line: None)
    sign_in_at(home, PASSPHRASE)
    tables = [f"[page]\n[[page.presents]]\n{DOCUMENT}"]
    tables += [
        f'[{name}]\nkind = "chip"\n[[{name}.presents]]\n{DOCUMENT}\nchip = {chip}' for name, chip in CHIPS.items()
    ]
    (home / "chips.toml").write_text("\n".join(tables))
    return home


@pytest.fixture(scope="module")
def zone(kit: Path) -> str:
    return load_readers(kit / "chips.toml")["page"].presents[0].text


def url(name: str) -> str:
    return f"simulated://chips.toml#{name}"


@pytest.mark.parametrize(
    ("name", "verdict", "code", "reason"),
    [
        ("genuine", "clear", 0, "genuine"),
        ("copy", "refer", 20, "unproved"),
        ("forged", "refer", 20, "signer_forged"),
        ("unknown", "clear", 0, "no_csca"),
    ],
)
def test_a_chip_has_its_part_in_the_verdict(
    waypost: Waypost, kit: Path, zone: str, name: str, verdict: str, code: int, reason: str
) -> None:
    done = waypost("check", "--home", kit, "--mrz", zone, "--chip", url(name), "--json", passphrase=PASSPHRASE)
    jsonschema.validate(done.json, SCHEMA)
    assert (done.json["verdict"], done.code) == (verdict, code)
    assert reason in {finding["reason"] for finding in done.json["findings"] if finding["check"] == "chip"}
    assert {"signers", "revoked"} <= {one["list"] for one in done.json["lists"]}
    assert done.json["chip"]["picture"]["type"] == "jpeg"


def test_reader_and_chip_together_in_words_with_the_age_of_what_vouched(waypost: Waypost, kit: Path) -> None:
    command = ("check", "--home", kit, "--reader", url("page"), "--chip", url("genuine"))
    done = waypost(*command, passphrase=PASSPHRASE)
    assert done.code == 0 and "Place the document on the reader" in done.err
    assert "The chip is genuine and not a copy" in done.out and "Checked against: revoked (updated" in done.out
    assert "Chip against print: = same: document code" in done.out


def test_the_access_number_alone_gives_document_and_verdict(waypost: Waypost, kit: Path) -> None:
    command = ("check", "--home", kit, "--chip", url("genuine"), "--can", "204815", "--json")
    done = waypost(*command, passphrase=PASSPHRASE)
    assert done.code == 0 and done.json["documents"][0]["number"] == "CAF204417"
    assert {one["reason"] for one in done.json["findings"]} >= {"genuine", "no_print"}


def test_a_chip_reader_that_is_none_is_told_and_a_wrong_use_is_refused(waypost: Waypost, kit: Path, zone: str) -> None:
    done = waypost(
        "check", "--home", kit, "--mrz", zone, "--chip", "simulated://chips.toml#none", passphrase=PASSPHRASE
    )
    assert done.code == 30 and "no chip reader called none" in done.err and done.out == ""
    for wrong in (("--chip", url("genuine")), ("--mrz", zone, "--can", "204815"), ("--can", "204815")):
        assert waypost("check", "--home", kit, *wrong, passphrase=PASSPHRASE).code == 2
    short = waypost("check", "--home", kit, "--chip", url("genuine"), "--can", "20481", passphrase=PASSPHRASE)
    assert short.code == 30 and "six digits" in short.err


def test_without_chip_a_post_that_expects_chips_cannot_say(waypost: Waypost, kit: Path, zone: str) -> None:
    settings = kit / "kit.toml"
    before = settings.read_text()
    settings.write_text(before.replace('expected = "never"', 'expected = "passports"'))
    try:
        done = waypost("check", "--home", kit, "--mrz", zone, "--json", passphrase=PASSPHRASE)
    finally:
        settings.write_text(before)
    assert done.code == 30 and "chip_not_asked" in {one["reason"] for one in done.json["findings"]}


def test_the_bench_shows_each_command_and_no_person(waypost: Waypost, kit: Path) -> None:
    bench = ("kit", "bench", "--home", kit, "--chip", url("genuine"), "--seconds", 20)
    done = waypost(*bench, "--can", "204815", passphrase=None)
    assert done.code == 0 and "chip readers" in done.out and "GENERAL AUTHENTICATE" in done.out
    assert "ok    signature: signed" in done.out and "?     chain: no_csca_state" in done.out
    assert "HALLINGDAL" not in done.out and "CAF204417" not in done.out and "204815" not in done.out
    wrong = waypost(*bench, "--can", "999999", passphrase=None)
    assert wrong.code == 1 and "fault" in wrong.out and "do    Compare the zone or the access number" in wrong.out
    assert "give --mrz or --can" in waypost(*bench, passphrase=None).out


def test_a_chip_is_recorded_without_a_person_and_plays_again(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    bug, specimen = tmp_path / "bug.jsonl", tmp_path / "specimen.jsonl"
    bench = ("kit", "bench", "--home", kit, "--can", "204815", "--seconds", 20)
    done = waypost(*bench, "--chip", url("genuine"), "--record", bug, passphrase=None)
    assert done.code == 0 and "ok    signature: signed" in done.out
    kept = bug.read_text()
    assert b"CAF204417".hex() not in kept and "seed" not in kept and bug.stat().st_mode & 0o077 == 0
    again = waypost(*bench, "--chip", f"replay://{bug}?speed=1000", passphrase=None)
    assert again.code == 1 and "apdu" in again.out and "The recording has another command" in again.out
    assert waypost(*bench, "--chip", url("genuine"), "--record", bug, passphrase=None).code == 1, (
        "a file is not overwritten"
    )
    waypost(*bench, "--chip", url("genuine"), "--record", specimen, "--reveal", passphrase=None)
    again = waypost(*bench, "--chip", f"replay://{specimen}?speed=1000", passphrase=None)
    assert again.code == 0 and "ok    signature: signed" in again.out


def test_a_recorded_specimen_has_its_part_in_a_verdict(waypost: Waypost, kit: Path, zone: str, tmp_path: Path) -> None:
    specimen = tmp_path / "specimen.jsonl"
    bench = ("kit", "bench", "--home", kit, "--mrz", zone, "--chip", url("genuine"), "--seconds", 20)
    assert waypost(*bench, "--record", specimen, "--reveal", passphrase=None).code == 0
    replay = f"replay://{specimen}?speed=1000"
    done = waypost("check", "--home", kit, "--mrz", zone, "--chip", replay, "--json", passphrase=PASSPHRASE)
    assert done.json["chip"]["outcome"] == "genuine"


@pytest.fixture
def laid(virtual_pcsc: VirtualPcsc, kit: Path) -> Iterator[SimulatedChip]:
    """The genuine chip on the virtual reader of a real pcscd."""
    chip = issue_chip(load_chip_readers(kit / "chips.toml")["genuine"].presents[0])
    assert chip is not None
    virtual_pcsc.reader.lay(chip)
    yield chip
    virtual_pcsc.reader.take_away()


def test_check_through_a_real_pcscd(waypost: Waypost, kit: Path, zone: str, laid: SimulatedChip) -> None:
    command = ("check", "--home", kit, "--reader", "pcsc://Simulated%20reader%2000%2000", "--mrz", zone, "--json")
    done = waypost(*command, passphrase=PASSPHRASE)
    assert (done.code, done.json["chip"]["outcome"], done.json["chip"]["original"]) == (0, "genuine", "pass")
    assert done.json["chip"]["document"]["number"] == done.json["documents"][0]["number"]


def test_the_bench_through_a_real_pcscd(waypost: Waypost, kit: Path, laid: SimulatedChip) -> None:
    bench = ("kit", "bench", "--home", kit, "--reader", "pcsc://Simulated%20reader%2000%2000", "--seconds", 3)
    done = waypost(*bench, "--can", "204815", passphrase=None)
    assert done.code == 0 and "pcsc://Simulated%20reader%2000%2000" in done.out
    assert "chip  there is a chip on the reader" in done.out and "ok    active: proved" in done.out
