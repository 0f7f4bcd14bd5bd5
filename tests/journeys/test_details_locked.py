"""A kit that could not learn of deletions: the hit is told, the person is not. Real command line, real desk."""

import json
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from data.journal.history import read_events
from tests.journeys.support.desk_driver import Officer
from tests.journeys.support.machine import at
from tests.journeys.support.silence import change, is_switched_off
from tests.journeys.support.travellers import DISCREET, WANTED
from tests.support.command_line import SCHEMA, Done, Waypost
from tests.support.deployment import PASSPHRASE
from tests.support.recording import must_have
from tests.ui.support.desk_kit import desk_app
from ui.wiring import open_counter

RECORD = "2025/90117"
DAY_S = 86_400.0


def answered(kit: Path, when: str, *how: str) -> Done:
    done = at(when, "check", "--home", kit, "--mrz", WANTED, *how)
    assert done.code == 20, done.err
    return done


def test_in_the_third_week_without_word_the_hit_is_told_without_the_person(hq: Path, kit: Path) -> None:
    must_have("faketime", "faketime")
    before = json.loads(answered(kit, "+0", "--json").out)
    (whole, *_) = [one for found in before["findings"] for one in found["evidence"]["candidates"]]
    assert whole["name"] and whole["reason"] and whole["withheld"] == ""
    is_switched_off(kit)
    assert whole["reason"] in answered(kit, "+13d", "--plain").out
    is_switched_off(kit)
    after = json.loads(answered(kit, "+16d", "--json").out)
    jsonschema.validate(after, SCHEMA)
    (locked, *_) = [one for found in after["findings"] for one in found["evidence"]["candidates"]]
    same = ("list", "record", "band", "score", "action")
    assert [locked[name] for name in same] == [whole[name] for name in same] and after["verdict"] == before["verdict"]
    assert not any(locked[name] for name in ("name", "primary_name", "reason", "fields", "linked", "documents"))
    assert locked["withheld"] == "headquarters has not confirmed this list for 16 days; it allows 14 days"
    for how in ((), ("--plain",)):
        said = answered(kit, "+16d", *how).out
        assert "Matches a person on notices: record " + RECORD in said and whole["reason"] not in said
        assert "Details are locked: headquarters has not" in said and "Ask headquarters about record " + RECORD in said
    assert "details locked" in at("+16d", "lists", "--home", kit).out
    # A discreet record is as little known as ever.
    assert "90866" not in at("+16d", "check", "--home", kit, "--mrz", DISCREET, "--json").out
    # One word of headquarters, and nothing new in it, unlocks them.
    assert at("+16d", "hq", "publish", "--home", hq, "--clock-is-right", "--yes").code == 0
    assert at("+16d", "courier", "run", "--home", kit, "--source", hq / "public").code == 0
    assert whole["reason"] in answered(kit, "+16d", "--plain").out


def test_nothing_of_the_person_goes_into_the_journal_either(waypost: Waypost, kit: Path) -> None:
    change(kit, ran_s=15 * DAY_S)
    assert waypost("check", "--home", kit, "--mrz", WANTED).code == 20
    with closing(open_counter(kit, PASSPHRASE, "check")) as counter:
        detail = read_events(counter.journal, "screening")[0].detail
    (found,) = [one for one in detail["findings"] if one["evidence"]["candidates"]]
    (candidate,) = found["evidence"]["candidates"]
    assert candidate["record"] == RECORD and candidate["withheld"] and not candidate["name"] and not candidate["reason"]


async def test_the_desk_tells_the_hit_and_locks_the_person_until_word_comes(
    kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(kit, ran_s=15 * DAY_S)
    with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
        app = desk_app(counter, kit)
        async with app.run_test(size=(110, 40)) as pilot:
            officer = Officer(pilot, counter)  # type: ignore[arg-type]
            await officer.sees("Lists:")
            await officer.scan(WANTED)
            await officer.sees("■ REFER", "Matches a person on notices: record " + RECORD)
            await officer.press("f4")
            why = await officer.sees(
                "A listed person is a strong match",
                "Details are locked: headquarters has not confirmed this list for 15",
            )
            assert "ask headquarters with the record's number" in why and "listed" not in why.split("REFER")[0]
            await officer.press("escape")
            await officer.press("f9")
            await officer.sees("details locked")
