"""The same traveller at every front end: the Desk, `check`, a batch, the socket and the demonstration give one verdict
and the same findings, whatever was misread, typed, laid down beside, or read from a chip.

Each front end has a copy of the kit, so that none finds in the journal what another did, and gets the same cases in
the same order.
"""

import asyncio
import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from appliance.counter.counter import Counter
from appliance.counter.subject import ScreeningRequest
from appliance.screening.result import ScreeningResult
from data.documents.barcodes import Barcode, Symbology
from data.journal.journal import Journal
from data.json_codec import to_json_value
from data.kit.home import KitHome
from devices.reading import RawReading
from devices.simulated.kit_file import load_readers
from tests.journeys.support.desk_driver import Officer
from tests.journeys.support.program_server import serving
from tests.journeys.support.travellers import CHILD, DISCREET, HONEST, SANCTIONED, STOLEN, WANTED
from tests.support.command_line import Waypost
from tests.support.deployment import PASSPHRASE
from tests.support.staff import OFFICER, at_work, give_roster, sign_in_at
from tests.ui.support.desk_kit import Counter as FakeCounter
from tests.ui.support.desk_kit import PaperReader, desk_app
from ui.commands import demo
from ui.demo import build
from ui.desk.desk_port import DeskPort
from ui.dialogs.undecided import GoOnDialog
from ui.wiring import open_counter

DIGITS = dict(zip("OIZSGB", "012568", strict=True))
"""What readers take letters for, and the other way about."""
LETTERS = {digit: letter for letter, digit in DIGITS.items()}
NAME, BIRTH = range(5, 44), range(58, 64)
"""Where they stand in a passport's zone, its line feed counted."""
MISREAD_EACH = 12
Findings = tuple[str, ...]
BOARDING_PASS = f"M1{'HALLINGDAL/RAGNHILD':<20}EABC123 AAABBBXY 0123 183Y012A0025 100".encode()


@dataclass(frozen=True)
class Case:
    """One traveller: what is read, and what is typed."""

    name: str
    zone: str | None = None
    codes: tuple[bytes, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()
    """Fields of a batch line."""

    @property
    def line(self) -> dict[str, Any]:
        zone = {} if self.zone is None else {"mrz": self.zone}
        codes = {"codes": [code.hex() for code in self.codes]} if self.codes else {}
        return {**zone, **codes, **dict(self.typed)}

    @property
    def form(self) -> dict[str, str]:
        """The same fields in the Desk's form."""
        fields = dict(self.typed)
        surname, _, given = fields.pop("name", "").partition(",")
        fields.pop("number_again", "")
        return {"birth": fields.pop("born", ""), "surname": surname, "given": given, **fields}

    @property
    def seen(self) -> RawReading:
        return RawReading(self.zone or "", codes=tuple(Barcode(Symbology.AZTEC, code) for code in self.codes))


def misread(zone: str, share: float, chance: random.Random) -> str:
    """The zone with about this share of its name's letters read as digits, its birth date's digits as letters."""
    read = list(zone)
    for places, others in ((NAME, DIGITS), (BIRTH, LETTERS)):
        for place in places:
            if chance.random() < share:
                read[place] = others.get(zone[place], zone[place])
    return "".join(read)


def _misread_cases() -> Iterator[Case]:
    chance = random.Random(11)
    for name, zone in (("wanted", WANTED), ("child", CHILD), ("sanctioned", SANCTIONED), ("honest", HONEST)):
        for number in range(MISREAD_EACH):
            yield Case(f"misread {name} {number}", misread(zone, (number % 4 + 1) / 4, chance))


PERSON = (("name", "Zoltaverde Quint, Ignacio Ramiro"), ("born", "1979-04-23"), ("sex", "M"), ("nationality", "ARG"))
DOCUMENT = (("number", "24fv-38617"), ("number_again", "24FV 38617"), ("country", "FRA"))
"""Typed twice; at the Desk it is read back."""
READ = (
    Case("honest", HONEST),
    Case("stolen", STOLEN),
    Case("discreet", DISCREET),
    Case("every letter misread that can be", misread(WANTED, 1.0, random.Random(0))),
    Case("garbage", "nothing a machine can read"),
    Case("a boarding pass of one's own", HONEST, (BOARDING_PASS,)),
    Case("somebody else's boarding pass", STOLEN, (BOARDING_PASS,)),
    Case("the same boarding pass twice", HONEST, (BOARDING_PASS, BOARDING_PASS)),
    *_misread_cases(),
)
TYPED = (
    Case("a typed document", typed=DOCUMENT),
    Case("a typed person", typed=PERSON),
    Case("both", typed=(*DOCUMENT, *PERSON)),
    Case("a name of blanks in small letters", typed=(("name", "  zoltaverde   quint , ignacio ramiro"), ("sex", "X"))),
)
CASES = (*READ, *TYPED)


def findings(answer: dict[str, Any]) -> Findings:
    """What an answer says, without its time and how long ago a list or a scan was."""
    return (answer["verdict"], *(json.dumps(_without_ages(one), sort_keys=True) for one in answer["findings"]))


def _without_ages(finding: dict[str, Any]) -> dict[str, Any]:
    evidence = dict(finding["evidence"], facts={})
    says = (
        ""
        if finding["check"] in ("seen_again", "referrals") or finding["check"].startswith("age:")
        else finding["says"]
    )
    return {name: finding[name] for name in ("check", "state", "reason", "mandatory")} | {"is": [says, evidence]}


def of_result(result: ScreeningResult) -> Findings:
    return findings({"verdict": result.verdict.value, "findings": to_json_value(result.findings)})


# ── the front ends ───────────────────────────────────────────────────────────────────────────────────────


def by_check(waypost: Waypost, kit: Path, cases: tuple[Case, ...], *more: str, passphrase: str) -> list[Findings]:
    answers = []
    for case in cases:
        options = [part for name, text in case.typed for part in (f"--{name.replace('_', '-')}", text)]
        for number, code in enumerate(case.codes):
            (kit / f"code{number}").write_bytes(code)
            options += ["--code", str(kit / f"code{number}")]
        zone = [] if case.zone is None else ["--mrz", case.zone]
        done = waypost("check", "--home", kit, *zone, *options, *more, "--json", passphrase=passphrase)
        answers.append(findings(done.json))
    return answers


def by_batch(waypost: Waypost, kit: Path, cases: tuple[Case, ...], **fields: str) -> list[Findings]:
    batch = kit / "batch.jsonl"
    batch.write_text("".join(f"{json.dumps({**case.line, **fields})}\n" for case in cases))
    done = waypost("check", "--home", kit, "--batch", batch)
    return [findings(json.loads(line)) for line in done.out.splitlines()]


def by_program(kit: Path, cases: tuple[Case, ...]) -> list[Findings]:
    """By the socket."""
    with closing(KitHome.open(kit, PASSPHRASE, "technician")) as home:
        give_roster(home)
    with serving(kit, kit / "socket") as server, server.connect() as client:
        return [findings(client.screen(OFFICER.number, **case.line)) for case in cases]


def forget_undecided(counter: Counter) -> None:
    """Only a desk leaves anybody undecided, and says so at the next case of the same traveller."""
    assert isinstance(counter.journal, Journal)
    with counter.journal.writing() as connection:
        connection.execute("DELETE FROM undecided")


async def by_desk(kit: Path, cases: tuple[Case, ...], passphrase: str = PASSPHRASE) -> list[Findings]:
    """By its reader, its form and its keys."""
    reader, results = PaperReader(), []
    with closing(open_counter(kit, passphrase, "desk")) as counter:

        def keep(port: DeskPort) -> DeskPort:
            def screen(*asked: Any) -> ScreeningResult:
                forget_undecided(counter)
                results.append(result := port.screen(*asked))
                return result

            return replace(port, reader=reader, screen=screen)

        app = desk_app(counter, kit, change=keep)
        async with app.run_test(size=(80, 24)) as pilot:
            officer = Officer(pilot, FakeCounter())
            await officer.sees("Lists:")
            for number, case in enumerate(cases, start=1):
                if case.typed:
                    await _fill_in(officer, case)
                else:
                    reader.waiting.append(case.seen)
                await officer.until(lambda number=number: len(results) == number, case.name)  # type: ignore[misc]
                await officer.press("f2")
                if isinstance(officer.top, GoOnDialog):
                    await officer.press("enter")
    return list(map(of_result, results))


async def _fill_in(officer: Officer, case: Case) -> None:
    await officer.press("f7")
    for name, text in case.form.items():
        officer.top.query_one(f"#{name}", Input).value = text
    await officer.press("enter")
    if case.form.get("number"):
        await officer.reads_back()


def by_demonstration(
    kit: Path, cases: tuple[Case, ...], monkeypatch: pytest.MonkeyPatch, passphrase: str = PASSPHRASE
) -> list[Findings]:
    reader, results = PaperReader(), []
    reader.waiting += [case.seen for case in cases]
    monkeypatch.setattr(demo, "QUIET_S", 1.5)
    with closing(open_counter(kit, passphrase, "desk")) as counter:
        screen: Callable[[ScreeningRequest], ScreeningResult] = counter.screen

        def kept(request: ScreeningRequest) -> ScreeningResult:
            forget_undecided(counter)
            results.append(result := screen(request))
            return result

        monkeypatch.setattr(counter, "screen", kept)
        demo.present_travellers(counter, reader, at_work(counter))
    return list(map(of_result, results))


# ── the tests ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the synced kit for each front end."""
    return lambda name: Path(shutil.copytree(made / "north-1", tmp_path / name))


def must_agree(cases: tuple[Case, ...], **answers: list[Findings]) -> None:
    """Name each case in which a front end says something of its own."""
    assert {name: len(given) for name, given in answers.items()} == dict.fromkeys(answers, len(cases))
    first, *others = answers
    differing = [
        (case.name, name, sorted(set(answers[name][number]) ^ set(answers[first][number])))
        for number, case in enumerate(cases)
        for name in others
        if answers[name][number] != answers[first][number]
    ]
    assert not differing, differing


@pytest.mark.acceptance
async def test_whatever_is_read_or_typed_every_front_end_answers_alike(
    waypost: Waypost, copy: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await by_desk(copy("desk"), CASES)
    batch = by_batch(waypost, copy("batch"), CASES)
    must_agree(CASES, batch=batch, desk=desk)
    must_agree(CASES, batch=batch, program=by_program(copy("program"), CASES))
    demonstration = await _in_thread(lambda: by_demonstration(copy("demonstration"), READ, monkeypatch))
    must_agree(READ, batch=batch[: len(READ)], demonstration=demonstration)
    check = by_check(waypost, copy("check"), CASES, passphrase=PASSPHRASE)
    must_agree(CASES, batch=batch, check=check)


async def _in_thread(work: Callable[[], list[Findings]]) -> list[Findings]:
    """The demonstration has an event loop of its own."""
    return await asyncio.to_thread(work)


def test_a_wanted_person_is_found_though_a_letter_was_misread(waypost: Waypost, copy: Callable[[str], Path]) -> None:
    """By every request that a front end can make of the zone: alone, beside a typed name, beside a typed number."""
    zone = misread(WANTED, 1.0, random.Random(0))
    assert "20LTAVERDE<QU1NT<<16NAC10<RAM1R0" in zone
    beside = (("name", "Nobody, Known"),), (("number", "X1234567"), ("country", "NOR"))
    cases = Case("alone", zone), *(Case(f"beside {typed}", zone, typed=typed) for typed in beside)
    answers = by_batch(waypost, copy("batch"), cases)
    assert [answer[0] for answer in answers] == ["refer"] * len(cases)


def test_a_party_changes_no_answer(waypost: Waypost, copy: Callable[[str], Path]) -> None:
    cases = Case("wanted", WANTED), Case("honest", HONEST)
    alone = by_batch(waypost, copy("alone"), cases)
    together = by_batch(waypost, copy("together"), cases, party="bus 7")
    check = by_check(waypost, copy("check"), cases, "--party", "bus 7", passphrase=PASSPHRASE)
    must_agree(cases, alone=alone, together=together, check=check)


CHIPS = """
[page]
[[page.presents]]
{document}
[chip]
kind = "chip"
[[chip.presents]]
{document}
chip = {chip}
"""
NORWEGIAN = (
    'document = { format = "TD3", code = "P", issuer = "NOR", number = "CAF204417", surname = "Hallingdal", '
    'given = "Ragnhild Sofie", nationality = "NOR", birth = 1984-06-19, sex = "F", expiry = 2033-02-11 }'
)


@pytest.fixture(scope="module")
def with_chips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's kit, which has lists that vouch for chips."""
    home = build.build(tmp_path_factory.mktemp("chips"), lambda line: None)
    sign_in_at(home, build.PASSPHRASE)
    return home


@pytest.mark.parametrize("chip", ["{}", '{ faults = ["cloned_ca"] }', '{ faults = ["signer_forged"] }'])
async def test_a_chip_is_judged_alike(
    waypost: Waypost, with_chips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chip: str
) -> None:
    def copy(name: str) -> Path:
        kit = Path(shutil.copytree(with_chips, tmp_path / name))
        (kit / "chips.toml").write_text(CHIPS.format(document=NORWEGIAN, chip=chip))
        settings = (kit / "kit.toml").read_text()
        (kit / "kit.toml").write_text(settings.replace("simulated://shift.toml#chip", "simulated://chips.toml#chip"))
        return kit

    secret = build.PASSPHRASE
    zone = load_readers(copy("zone") / "chips.toml")["page"].presents[0].text
    cases = (Case("chip", zone),)
    check = by_check(waypost, copy("check"), cases, "--chip", "kit", passphrase=secret)
    desk = await by_desk(copy("desk"), cases, secret)
    demonstration = await _in_thread(lambda: by_demonstration(copy("demo"), cases, monkeypatch, secret))
    must_agree(cases, check=check, desk=desk, demonstration=demonstration)
    assert any('"check": "chip"' in one and '"not_done"' not in one for one in check[0])
