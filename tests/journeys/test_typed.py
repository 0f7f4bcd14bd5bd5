"""What was typed, through every front end: `check`, a batch and the Desk answer alike, and none takes a slip for an
answer.
"""

import asyncio
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from appliance.screening.result import ScreeningResult
from data.documents.mrz.fields import check_digit
from data.journal.history import read_events
from data.json_codec import to_json_value
from data.kit.home import KitHome
from tests.journeys.support.desk_driver import Officer
from tests.journeys.support.travellers import HONEST, STOLEN
from tests.support.command_line import Waypost
from tests.support.deployment import PASSPHRASE
from tests.ui.support.desk_kit import Counter as FakeCounter
from tests.ui.support.desk_kit import desk_app
from ui.desk.desk_port import DeskPort
from ui.wiring import open_counter

EXIT_CODES = {"clear": 0, "check": 10, "refer": 20, "cannot_say": 30}
HER = {"name": "Hallingdal, Ragnhild Sofie", "born": "1984-06-19", "sex": "F", "nationality": "NOR"}
CARD = {"number": "AE4471902", "country": "EST"}
"""A lost identity card."""
FREE = {"number": "NK7730912", "country": "NOR"}
"""On no list."""
WITH_DIGIT = FREE["number"] + check_digit(FREE["number"])


def again(number: str) -> dict[str, str]:
    return {"number_again": number}


@dataclass(frozen=True)
class Case:
    """What is typed, by the names of a batch line, and what becomes of it."""

    verdict: str
    typed: dict[str, str]
    reasons: tuple[str, ...] = ()
    """Of findings that must be there."""
    words: str = ""
    """In the verdict's own lines."""
    desk: str = ""
    """The verdict at the Desk, where a number is read back; empty: the same; `none`: it cannot be typed there."""


CASES = {
    "a listed card without a type, twice": Case("refer", HER | CARD | again("ae 4471902"), ("document_exact",)),
    "a listed card without a type, once": Case(
        "check", HER | CARD, ("document_exact", "typed_once"), "scan it", desk="refer"
    ),
    "a listed card of a type that nobody knows": Case(
        "refer", HER | CARD | again("AE4471902") | {"type": "X"}, ("document_exact",)
    ),
    "a listed card as a card": Case("refer", HER | CARD | again("AE4471902") | {"type": "I"}, ("document_exact",)),
    "a listed card as a passport": Case(
        "check",
        HER | CARD | again("AE4471902") | {"type": "P"},
        ("place_typed",),
        "for another country or type",
        desk="none",
    ),
    "a listed card beside an honest zone": Case(
        "refer", {"mrz": HONEST} | CARD | again("AE4471902"), ("document_exact",), desk="none"
    ),
    "a listed card beside an honest zone, once": Case(
        "check", {"mrz": HONEST} | CARD, ("document_exact", "typed_once", "typed_differs"), desk="none"
    ),
    "an honest zone and its own name": Case("clear", {"mrz": HONEST} | HER, ("typed_as_in_zone",), desk="none"),
    "an honest zone and another name": Case(
        "check", {"mrz": HONEST, "name": "Olsen, Kari"}, ("typed_differs",), "not what the zone says", desk="none"
    ),
    "an honest zone and another birth date": Case(
        "check",
        {"mrz": HONEST} | HER | {"born": "1984-06-18"},
        ("typed_differs",),
        "not what the zone says",
        desk="none",
    ),
    "an honest zone and a listed name": Case(
        "refer", {"mrz": HONEST, "name": "Zoltaverde Quint, Ignacio Ramiro"}, ("typed_differs",), desk="none"
    ),
    "an honest zone and another number": Case(
        "check", {"mrz": HONEST} | FREE | again("NK7730912"), ("typed_differs",), "not what the zone says", desk="none"
    ),
    "an honest zone and another country": Case(
        "check",
        {"mrz": HONEST, "number": "CAF204417", "country": "EST"} | again("CAF204417"),
        ("typed_differs",),
        "not what the zone says",
        desk="none",
    ),
    "on no list, once": Case("check", HER | FREE, ("typed_once",), "Type the number again", desk="clear"),
    "on no list, twice": Case("clear", HER | FREE | again("nk-7730912"), ("typed_confirmed",), "Nothing found (rests"),
    "on no list, with its digit": Case(
        "clear", HER | FREE | {"check_digit": check_digit("NK7730912")}, ("typed_confirmed",), desk="none"
    ),
    "on no list, with a wrong digit": Case(
        "check", HER | FREE | {"check_digit": "0"}, ("typed_digit_wrong",), desk="none"
    ),
    "on no list, twice and not the same": Case(
        "check", HER | FREE | again("NK7730913"), ("typed_differently",), desk="none"
    ),
    "a slip beside a stolen number, once": Case(
        "check", HER | {"number": "24FV3861Z", "country": "FRA"}, ("typed_once",), desk="clear"
    ),
    "a stolen number with a character that looks alike, twice": Case(
        "check", HER | {"number": "Z4FV38617", "country": "FRA"} | again("Z4FV38617"), ("document_near",), "similar"
    ),
    "a stolen number with its check digit at its end": Case(
        "cannot_say",
        HER | {"number": "24FV386177", "country": "FRA", "type": "P"} | again("24FV386177"),
        ("typed_with_digit", "document_near"),
        "24FV38617, which is on sltd as stolen, but has one character more",
    ),
    "the same of nobody": Case("cannot_say", {"number": "24FV386177", "country": "FRA"} | again("24FV386177")),
    "a free number with its check digit at its end": Case(
        "cannot_say",
        HER
        | {"number": f"NK7730912{check_digit('NK7730912')}", "country": "NOR"}
        | again(f"NK7730912{check_digit('NK7730912')}"),
        ("typed_with_digit",),
        "type the number without it",
    ),
    "a stolen number with a wrong check digit at its end": Case(
        "check",
        HER | {"number": "24FV386170", "country": "FRA"} | again("24FV386170"),
        ("document_near",),
        "24FV386170 is not 24FV38617, which is on sltd as stolen, but has one character more",
    ),
    "a stolen number that lacks a character": Case(
        "check",
        HER | {"number": "24FV3867", "country": "FRA"} | again("24FV3867"),
        ("document_near",),
        "24FV3867 is not 24FV38617, which is on sltd as stolen, but has one character less",
    ),
    "a French passport with a number of another form": Case(
        "check",
        {"name": "Sample", "number": "24FV3861", "country": "FRA", "type": "P"} | again("24FV3861"),
        ("foreign_number",),
    ),
    "the same with the digit of the document": Case(
        "check",
        HER | {"number": "Z4FV38617", "country": "FRA", "check_digit": check_digit("24FV38617")},
        ("typed_digit_wrong",),
        desk="none",
    ),
    "a stolen number with its digit": Case(
        "refer",
        HER | {"number": "24FV38617", "country": "FRA", "check_digit": check_digit("24FV38617")},
        ("document_exact",),
        desk="none",
    ),
    "a name alone": Case("check", HER, ("no_document_seen",), "No document was seen"),
    "a name and nothing else": Case("check", {"name": "Hallingdal"}, ("no_document_seen",)),
    "a listed name alone": Case(
        "refer", {"name": "Zoltaverde Quint, Ignacio Ramiro", "born": "1979-04-23"}, ("person_strong",)
    ),
    "a number alone": Case("cannot_say", FREE | again("NK7730912"), ("no_name",)),
    "a blank number": Case("cannot_say", HER | {"number": ""}, ("no_number",), desk="none"),
    "a number of blanks": Case("cannot_say", HER | {"number": "   "}, ("no_number",), desk="none"),
    "a blank number of a country": Case(
        "cannot_say", HER | {"number": " ", "country": "EST"}, ("no_number",), desk="none"
    ),
    "a blank number beside an honest zone": Case(
        "cannot_say", {"mrz": HONEST, "number": ""}, ("no_number",), desk="none"
    ),
    "a blank number beside a stolen zone": Case(
        "refer", {"mrz": STOLEN, "number": ""}, ("document_exact", "no_number"), desk="none"
    ),
}
NAMES, TABLE = list(CASES), list(CASES.values())


def judge(answer: dict[str, Any]) -> tuple[str, tuple[str, ...], str]:
    """Verdict, reasons in the order of the checks, and the verdict's own lines."""
    reasons = [finding["reason"] for finding in answer["findings"]]
    reasons += [reason for finding in answer["findings"] for reason in _all_reasons(finding)]
    return answer["verdict"], tuple(reasons), f"{answer['says']} {answer['second_line']}"


def _all_reasons(finding: dict[str, Any]) -> list[str]:
    """A document list says one reason; which others there are is in its evidence."""
    grades = [f"document_{match['grade']}" for match in finding["evidence"]["matches"]]
    return [*grades, *finding["evidence"]["facts"].get("reasons", "").split()]


def must_be(name: str, case: Case, verdict: str, answer: tuple[str, tuple[str, ...], str]) -> None:
    given, reasons, words = answer
    assert given == verdict, (name, answer)
    if verdict == case.verdict:
        assert set(case.reasons) <= set(reasons), (name, answer)
        assert case.words in words, (name, answer)
    is_typed = set(case.typed) & {"number", "name"}
    assert ("rests on typing" in words) == bool(is_typed), (name, answer)


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the synced kit for each front end."""
    return lambda name: Path(shutil.copytree(made / "north-1", tmp_path / name))


def test_in_a_batch(waypost: Waypost, copy: Callable[[str], Path], tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text("".join(f"{json.dumps({'id': name, **case.typed})}\n" for name, case in CASES.items()))
    answers = [json.loads(line) for line in waypost("check", "--home", copy("kit"), "--batch", batch).out.splitlines()]
    assert [answer["id"] for answer in answers] == NAMES
    for name, case, answer in zip(NAMES, TABLE, answers, strict=True):
        must_be(name, case, case.verdict, judge(answer))


def test_on_the_command_line(waypost: Waypost, copy: Callable[[str], Path]) -> None:
    home = copy("kit")
    for name, case in CASES.items():
        options = [part for key, text in case.typed.items() for part in (f"--{key.replace('_', '-')}", text)]
        done = waypost("check", "--home", home, *options, "--json")
        must_be(name, case, case.verdict, judge(done.json))
        assert done.code == EXIT_CODES[case.verdict], name


@pytest.mark.acceptance
async def test_at_the_desk(copy: Callable[[str], Path]) -> None:
    cases = {name: case for name, case in CASES.items() if case.desk != "none"}
    for number, (name, case) in enumerate(cases.items()):
        # each at a kit of its own: what was decided about one is no finding about the next
        result = await _screen_at_the_desk(copy(f"kit-{number}"), name, case)
        lines = {"says": result.says, "second_line": result.second_line}
        answer = {"verdict": result.verdict.value, "findings": to_json_value(result.findings), **lines}
        must_be(name, case, case.desk or case.verdict, judge(answer))


async def _screen_at_the_desk(home: Path, name: str, case: Case) -> ScreeningResult:
    results: list[ScreeningResult] = []
    with closing(open_counter(home, PASSPHRASE, "desk")) as counter:

        def keep(port: DeskPort) -> DeskPort:
            def screen(*asked: Any) -> ScreeningResult:
                results.append(result := port.screen(*asked))
                return result

            return replace(port, screen=screen)

        async with desk_app(counter, home, change=keep).run_test(size=(80, 24)) as pilot:
            officer = Officer(pilot, FakeCounter())
            await officer.sees("Lists:")
            await _type_in(officer, case)
            await officer.until(lambda: len(results) == 1, name)
            await officer.looks()
            await officer.press("enter")  # never admits what was typed
            await officer.press("f5")
            await officer.sees("Recorded")
    return results[0]


async def _type_in(officer: Officer, case: Case) -> None:
    await _fill_in(officer, case)
    if "number" in case.typed:
        await officer.reads_back()


async def _fill_in(officer: Officer, case: Case) -> None:
    fields = {key: text for key, text in case.typed.items() if key != "number_again"}
    surname, _, given = fields.pop("name", "").partition(",")
    await officer.press("f7")
    form = {"surname": surname, "given": given, "birth": fields.pop("born", ""), **fields}
    for key, text in form.items():
        officer.top.query_one(f"#{key}", Input).value = text
    await officer.press("enter")


async def test_enter_never_admits_what_was_typed_and_f6_does(copy: Callable[[str], Path]) -> None:
    home = copy("kit")
    with closing(open_counter(home, PASSPHRASE, "desk")) as counter:
        async with desk_app(counter, home).run_test(size=(80, 24)) as pilot:
            officer = Officer(pilot, FakeCounter())
            await officer.sees("Lists:")
            await _type_in(officer, Case("clear", HER | FREE))
            await officer.sees("CLEAR", "rests on typing", "F6 admits once it is compared", "typed, read back")
            await officer.looks()
            await officer.press("enter")
            await officer.sees("Enter does not admit what was typed")
            await officer.press("f6")
            await officer.sees("Recorded: HALLINGDAL, RAGNHILD SOFIE admitted")
    with closing(KitHome.open(home, PASSPHRASE, "check")) as kit:
        (screening,) = read_events(kit.journal, "screening")
    (document,) = screening.detail["screening"]["documents"]
    assert (document["capture"], document["confirmation"]) == ("typed", "read_back")


def test_the_sentence_about_a_similar_number_never_names_the_listed_one_as_the_travellers(
    waypost: Waypost, copy: Callable[[str], Path]
) -> None:
    options = ["--number", "Z4FV38617", "--number-again", "Z4FV38617", "--country", "FRA", "--name", "Sample, Ada"]
    done = waypost("check", "--home", copy("kit"), *options)
    assert "Z4FV38617 is not 24FV38617, which is on sltd as stolen, but is similar" in done.out
    assert "24FV38617 is similar" not in done.out and done.code == 10


@pytest.mark.parametrize("born", ["2050", "2050-01-01", "~2050", "2049..2050"])
def test_a_birth_in_the_future_is_refused_everywhere(
    waypost: Waypost, copy: Callable[[str], Path], tmp_path: Path, born: str
) -> None:
    home, batch = copy("kit"), tmp_path / "batch.jsonl"
    done = waypost("check", "--home", home, "--name", "Sample, Ada", "--born", born)
    assert done.code == 30 and "in the future" in done.err
    batch.write_text(json.dumps({"name": "Sample, Ada", "born": born}))
    (answer,) = map(json.loads, waypost("check", "--home", home, "--batch", batch).out.splitlines())
    assert answer["verdict"] == "cannot_say" and "in the future" in answer["error"]
    asyncio.run(_is_refused_by_the_form(home, {"name": "Sample", "born": born}, "in the future"))


@pytest.mark.parametrize("number", ["AE44?19?2", "AE44*1902", "AE4_471902", "\u0410E4471902", "AE447190²", "AE447190ß"])
def test_a_number_with_a_character_that_was_not_read_is_refused_everywhere(
    waypost: Waypost, copy: Callable[[str], Path], tmp_path: Path, number: str
) -> None:
    home, batch = copy("kit"), tmp_path / "batch.jsonl"
    card = HER | {"number": number, "country": "EST", "type": "I", "number_again": number}
    options = [part for key, text in card.items() for part in (f"--{key.replace('_', '-')}", text)]
    done = waypost("check", "--home", home, *options)
    assert done.code == 30 and "cannot be part of one" in done.err and "leave the number out and scan" in done.err
    batch.write_text(json.dumps(card), encoding="utf-8")
    (answer,) = map(json.loads, waypost("check", "--home", home, "--batch", batch).out.splitlines())
    assert answer["verdict"] == "cannot_say" and "cannot be part of one" in answer["error"]
    asyncio.run(_is_refused_by_the_form(home, {"name": "Sample"} | CARD | {"number": number}, "cannot be part of one"))


async def _is_refused_by_the_form(home: Path, typed: dict[str, str], says: str) -> None:
    with closing(open_counter(home, PASSPHRASE, "desk")) as counter:
        async with desk_app(counter, home).run_test(size=(80, 24)) as pilot:
            officer = Officer(pilot, FakeCounter())
            await officer.sees("Lists:")
            await _fill_in(officer, Case("", typed))
            await officer.sees(says)


def test_a_kind_of_list_that_is_not_carried_stands_in_the_verdicts_second_line(
    waypost: Waypost, hq: Path, tmp_path: Path
) -> None:
    secret, home = tmp_path / "secret", tmp_path / "own"
    assert waypost("hq", "enrol", "--home", hq, "--kit", "own", "--source", hq / "public", "--out", secret).code == 0
    assert waypost("kit", "init", "--home", home, "--enrol", secret).code == 0
    assert waypost("hq", "kits", "set", "--home", hq, "own", "--lists", "un", "--yes").code == 0
    assert waypost("hq", "publish", "--home", hq).code == 0
    assert waypost("courier", "run", "--home", home).code == 0
    done = waypost("check", "--home", home, "--mrz", STOLEN)
    assert "not carried: lists of stolen documents" in done.out.splitlines()[1], done.out


def test_a_kit_for_trials_says_so_and_no_other_kit_is_one(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    said = {}
    for name, options in {"post": (), "trial": ("--profile", "development")}.items():
        secret = tmp_path / f"{name}.secret"
        assert waypost("hq", "enrol", "--home", hq, "--kit", name, "--source", hq, "--out", secret).code == 0
        said[name] = waypost("kit", "init", "--home", tmp_path / name, "--enrol", secret, *options).out
    assert "development" not in said["post"] and "It is a development kit" in said["trial"]
    assert 'profile = "production"' in (tmp_path / "post/kit.toml").read_text()
    assert 'profile = "development"' in (tmp_path / "trial/kit.toml").read_text()
