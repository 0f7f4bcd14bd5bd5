"""What headquarters says of a kit, or does not say for long: by the real command line, calendars by faketime."""

import json
import re
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from data.kit.headquarters_word import KitStatus
from data.lists.catalogue import LIST_SECRET_FILE
from sync.kit import vault_entries
from tests.journeys.support.desk_driver import Officer
from tests.journeys.support.machine import at
from tests.journeys.support.silence import is_switched_off, opened, runs, runs_and_is_looked_at
from tests.journeys.support.travellers import WANTED
from tests.support.command_line import Done, Waypost
from tests.support.deployment import LISTS, PASSPHRASE
from tests.support.kit_status import save_status
from tests.support.recording import must_have
from tests.ui.support.desk_kit import desk_app
from ui.wiring import open_counter

CANNOT_SAY = 30


def standing(kit: Path, when: str = "+0") -> dict[str, object]:
    done = at(when, "lists", "--home", kit, "--json")
    return dict(json.loads(done.out)[0]["standing"])


def list_files(kit: Path) -> list[Path]:
    return [
        path
        for folder in ("lists", "staging", "answers", "shared")
        for path in (kit / folder).rglob("*")
        if path.name != LIST_SECRET_FILE
    ]


# ── the lease ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_kit_that_hears_nothing_warns_then_locks_and_a_wanted_person_is_no_clear(kit: Path) -> None:
    must_have("faketime", "faketime")
    assert standing(kit)["state"] == "good" and standing(kit)["days_left"] in (59, 60)
    is_switched_off(kit)
    warned = at("+55d", "lists", "--home", kit)
    assert "The lists lock in" in warned.out and "not tamper-proof: no TPM" in warned.out
    assert "The lists lock in" in at("+55d", "check", "--home", kit, "--mrz", WANTED, "--plain").out
    is_switched_off(kit)
    locked = at("+61d", "check", "--home", kit, "--mrz", WANTED)
    assert locked.code == CANNOT_SAY
    assert (
        "These lists are locked: no contact with headquarters for 61 days. Check the clock and set it if it is wrong. "
        "Then fetch" in locked.out
    )
    told = json.loads(at("+61d", "check", "--home", kit, "--mrz", WANTED, "--json").out)
    assert told["standing"]["state"] == "locked" and told["standing"]["since"]
    listed = [one for one in told["findings"] if ":" in one["check"]]
    assert {one["reason"] for one in listed} == {"lists_locked"} and len(listed) >= 8
    assert not any(one["evidence"]["matches"] or one["evidence"]["candidates"] for one in told["findings"])
    # The calendar is set right: what it alone had said is taken back.
    assert at("+0", "check", "--home", kit, "--mrz", WANTED).code == 20
    assert standing(kit)["state"] == "good"


def test_a_calendar_years_ahead_erases_nothing_before_the_machine_ran_and_told_for_days(kit: Path) -> None:
    must_have("faketime", "faketime")
    is_switched_off(kit)
    assert standing(kit, "+900d")["state"] == "locked" and standing(kit, "+900d")["erased_in_hours"]
    assert "erased when this machine has run for" in at("+900d", "lists", "--home", kit).out
    runs(kit, 70)
    assert standing(kit, "+903d")["state"] == "locked"
    assert standing(kit)["state"] == "good"


def test_a_calendar_years_ahead_for_weeks_erases_nothing(kit: Path) -> None:
    must_have("faketime", "faketime")
    is_switched_off(kit)
    for _ in range(3):
        runs_and_is_looked_at(kit, 73)
        assert standing(kit, "+900d")["state"] == "locked"
    assert list_files(kit)


def test_lists_are_erased_after_the_second_limit_and_come_anew(waypost: Waypost, hq: Path, kit: Path) -> None:
    must_have("faketime", "faketime")
    assert at("+0", "check", "--home", kit, "--mrz", WANTED).code == 20
    is_switched_off(kit)
    # Somebody keeps the envelope from the kit and lets the lists pass: what signed them bears the calendar out.
    again = ("--list", "un", "--format", "un-xml", LISTS / "un.xml")
    assert at("+200d", "hq", "import", "--home", hq, "--clock-is-right", *again).code == 0
    assert at("+200d", "hq", "publish", "--home", hq, "--clock-is-right", "--yes").code == 0
    passed = shutil.copytree(hq / "public", hq.parent / "passed", ignore=shutil.ignore_patterns("kits"))
    at("+200d", "courier", "run", "--home", kit, "--source", passed)
    assert standing(kit, "+200d")["state"] == "locked"
    for _ in range(2):
        runs_and_is_looked_at(kit, 73)
        last = standing(kit, "+200d")
    assert last["state"] == "erased" and "no contact with headquarters for" in str(last["reason"])
    assert list_files(kit) == []
    with opened(kit) as home:
        assert vault_entries.read_list_keys(home)[1] == ()
    assert at("+200d", "check", "--home", kit, "--mrz", WANTED).code == CANNOT_SAY
    verified = waypost("journal", "verify", "--home", kit)
    assert verified.code == 0, verified.err
    # What headquarters published for everybody is no word of it to this kit.
    old = at("+200d", "courier", "run", "--home", kit, "--source", passed)
    assert old.code != 0 and "The lists were erased" in old.err and list_files(kit) == []
    fetched = at("+200d", "courier", "run", "--home", kit, "--source", hq / "public")
    assert fetched.code == 0, fetched.err
    assert standing(kit, "+200d")["state"] == "good"
    assert at("+200d", "check", "--home", kit, "--mrz", WANTED).code == 20


# ── suspended, wiped ─────────────────────────────────────────────────────────────────────────────────────


def fetched(waypost: Waypost, hq: Path, kit: Path) -> Done:
    return waypost("courier", "run", "--home", kit, "--source", hq / "public")


def test_a_suspended_kit_locks_with_headquarters_reason_until_it_is_resumed(
    waypost: Waypost, hq: Path, kit: Path
) -> None:
    assert waypost("hq", "kits", "set", "north-1", "--home", hq, "--suspend", "being repaired").code == 0
    assert "Its lists are locked" in fetched(waypost, hq, kit).err
    answer = waypost("check", "--home", kit, "--mrz", WANTED)
    assert answer.code == CANNOT_SAY
    assert "These lists are locked: headquarters suspended this kit (being repaired)" in answer.out
    shown = waypost("lists", "--home", kit).out
    assert re.search(r"Kit status: SUSPENDED since \d{4}-\d\d-\d\d \d\d:\d\d UTC", shown) and ", fresh, LOCKED" in shown
    status = waypost("courier", "status", "--home", kit, passphrase=None)
    assert "Access to the lists: SUSPENDED" in status.out and "being repaired" in status.out
    assert waypost("hq", "kits", "set", "north-1", "--home", hq, "--resume").code == 0
    assert fetched(waypost, hq, kit).code == 0
    assert waypost("check", "--home", kit, "--mrz", WANTED).code == 20


def test_a_wiped_kit_keeps_nothing_of_its_lists_and_all_of_its_journal(waypost: Waypost, hq: Path, kit: Path) -> None:
    assert waypost("check", "--home", kit, "--mrz", WANTED).code == 20
    shutil.copytree(kit / "lists", kit.parent / "copied by a thief")
    assert waypost("hq", "revoke", "--home", hq, "--kit", "north-1", "--why", "stolen", "--wipe", "--yes").code == 0
    assert "journal is kept" in fetched(waypost, hq, kit).err
    assert list_files(kit) == []
    answer = waypost("check", "--home", kit, "--mrz", WANTED)
    assert answer.code == CANNOT_SAY and "The lists were erased: headquarters revoked this kit (stolen)" in answer.out
    assert waypost("journal", "verify", "--home", kit).code == 0
    shutil.rmtree(kit / "lists")
    shutil.copytree(kit.parent / "copied by a thief", kit / "lists")
    (kit / "lists" / "secret").unlink()
    with opened(kit) as home:
        save_status(home, KitStatus())
    assert waypost("check", "--home", kit, "--mrz", WANTED).code == CANNOT_SAY
    assert fetched(waypost, hq, kit).code != 0


# ── the desk, the courier's status ───────────────────────────────────────────────────────────────────────


async def test_a_desk_that_runs_notices_within_seconds(kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_counter(kit, PASSPHRASE, "desk")) as counter, opened(kit) as headquarters_word:
        app = desk_app(counter, kit)
        async with app.run_test(size=(100, 30)) as pilot:
            officer = Officer(pilot, counter)  # type: ignore[arg-type]
            await officer.sees("Lists:")
            await officer.scan(WANTED)
            await officer.sees("■ REFER")
            await officer.press("f5")
            await officer.sees("Recorded")
            await officer.press("f2")
            save_status(headquarters_word, KitStatus("suspended", "being repaired"))
            await officer.sees("! the lists are locked: headquarters suspended this kit")
            await officer.scan(WANTED)
            await officer.sees("◆ CANNOT SAY", "headquarters suspended this kit (being repaired)")
            await officer.press("f5")
            await officer.sees("Recorded")
            await officer.press("f9")
            await officer.sees("Kit status: SUSPENDED since", "being repaired", "LOCKED", "1 the lists are locked")
            await officer.press("escape")
            save_status(headquarters_word, KitStatus("wiped", "stolen"))
            await officer.sees("! the lists were erased")
            assert list_files(kit) == []


def test_the_courier_tells_of_the_run_that_somebody_made(waypost: Waypost, hq: Path, kit: Path) -> None:
    fetched(waypost, hq, kit)
    assert "done" in waypost("courier", "status", "--home", kit).out
    assert waypost("courier", "run", "--home", kit, "--source", kit / "nowhere").code != 0
    facts = waypost("courier", "status", "--home", kit, "--json").json["service"]
    assert facts["last"]["outcome"] == "failed" and facts["last"]["source"].endswith("nowhere")
    assert facts["standing"]["state"] == "good"


def test_no_exception_by_its_name_is_told_of_a_tree_that_is_none(waypost: Waypost, hq: Path, kit: Path) -> None:
    (hq / "public" / "metadata" / "timestamp.json").write_bytes(b"no json")
    done = fetched(waypost, hq, kit)
    assert done.code != 0 and "cannot be read" in done.err
    assert not re.search(r"[A-Z][a-z]+Error", done.err + waypost("courier", "status", "--home", kit).out)
