"""Files of a kit that are gone or damaged, by the real command line: what is wrong is said, never that all is well."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.support.travellers import HONEST
from tests.support.command_line import Waypost, enrolled


def remove(kit: Path, *patterns: str) -> None:
    for pattern in patterns:
        for path in kit.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def fill(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def give_a_setting_that_is_none(kit: Path) -> None:
    with (kit / "kit.toml").open("a") as file:
        file.write('\ndirection = "enter"\n')


BAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "journal damaged": (lambda kit: fill(kit / "journal.db"), "the journal cannot be used"),
    "journal gone": (lambda kit: remove(kit, "journal.db*"), "journal.db is not what this kit wrote last"),
    "witness gone": (lambda kit: remove(kit, "witness"), "witness is not what this kit wrote last"),
    "lists gone": (lambda kit: remove(kit, "lists"), "the list sltd is damaged"),
    "one list gone": (lambda kit: remove(kit, "lists/sltd/*"), "the list sltd is damaged"),
    "a wrong setting": (give_a_setting_that_is_none, "kit.toml has settings that cannot be used"),
}


@pytest.mark.parametrize("case", BAD)
def test_the_status_of_a_kit_that_cannot_work_is_bad(waypost: Waypost, kit: Path, case: str) -> None:
    good = waypost("lists", "--home", kit)
    assert good.code == 0 and "Kit status: good;" in good.out and good.err == ""
    damage, reason = BAD[case]
    damage(kit)
    done = waypost("lists", "--home", kit)
    (status,) = [line for line in done.out.splitlines() if line.startswith("Kit status: ")]
    assert done.code == 3 and status.startswith("Kit status: BAD: ") and reason in status
    assert reason in done.err, "with what to do"
    facts = waypost("lists", "--home", kit, "--json")
    assert facts.code == 3 and any(reason in problem for problem in facts.json[0]["problems"])


def test_a_kit_that_never_fetched_its_lists_is_bad(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    done = waypost("lists", "--home", enrolled(waypost, hq, tmp_path / "new", hq / "public"))
    assert done.code == 3 and "Kit status: BAD: this kit has no lists yet\n" in done.out
    assert "Run `waypost courier run`" in done.err


def test_a_list_whose_files_are_gone_was_not_never_received(waypost: Waypost, kit: Path) -> None:
    remove(kit, "lists/sltd/*")
    shown = waypost("lists", "--home", kit)
    assert "sltd: its files are gone\n" in shown.out and "The files of the list sltd are gone" in shown.err
    answer = waypost("check", "--home", kit, "--mrz", HONEST, "--json").json
    assert answer["verdict"] == "cannot_say"
    assert {"list_damaged"} == {one["reason"] for one in answer["findings"] if one["state"] == "not_done"}
    done = waypost("courier", "run", "--home", kit)
    (line,) = [line for line in done.out.splitlines() if line.startswith("sltd:")]
    assert line.startswith("sltd: its files were gone, version 1, the whole list, "), "new would be wrong"
    assert "removed" not in line, "the same rows came again"


@pytest.mark.parametrize("how", ["gone", "empty"])
@pytest.mark.parametrize("command", [("lists",), ("journal", "verify"), ("courier", "run"), ("check", "--mrz", HONEST)])
def test_no_vault_is_made_in_place_of_one_that_is_gone(
    waypost: Waypost, kit: Path, how: str, command: tuple[str, ...]
) -> None:
    copy = Path(shutil.copytree(kit, kit.with_name("copy")))
    remove(kit, "vault.db*")
    if how == "empty":
        (kit / "vault.db").touch()
    for _try in range(2):
        done = waypost(*command, "--home", kit)
        assert done.code in (1, 30) and "vault.db is missing or empty" in done.err
        assert "Put back a copy of vault.db, then run `waypost courier run`" in done.err
        assert "not enrolled" not in done.err
    shutil.copyfile(copy / "vault.db", kit / "vault.db")
    assert waypost("courier", "run", "--home", kit).code == 0
    assert waypost("check", "--home", kit, "--mrz", HONEST).code == 0


@pytest.mark.parametrize("home", ["kit", "hq"])
def test_a_home_without_its_keys_is_not_told_to_be_made_anew(
    waypost: Waypost, request: pytest.FixtureRequest, home: str
) -> None:
    folder = request.getfixturevalue(home)
    (folder / "keys.json").unlink()
    commands = {"kit": [("lists",), ("courier", "run"), ("journal", "verify")], "hq": [("hq", "report")]}[home]
    what = "is a kit without keys.json" if home == "kit" else "is a headquarters without keys.json"
    for command in commands:
        done = waypost(*command, "--home", folder)
        assert done.code == 1 and what in done.err and "Put back a copy of keys.json" in done.err
        assert "init" not in done.err
    assert waypost(home, "logs", "--home", folder).code == 0


@pytest.mark.parametrize("left", ["vault.db", "journal.db"])
def test_a_kit_without_settings_and_keys_is_still_a_kit(waypost: Waypost, kit: Path, left: str) -> None:
    remove(kit, "kit.toml", "keys.json", *({"vault.db", "journal.db"} - {left}))
    done = waypost("lists", "--home", kit)
    assert done.code == 1 and "kit.toml is missing" in done.err and "init" not in done.err


def test_what_a_journal_that_is_gone_means_is_said(waypost: Waypost, kit: Path) -> None:
    remove(kit, "journal.db*")
    for done in (waypost("lists", "--home", kit), waypost("check", "--home", kit, "--mrz", HONEST)):
        assert "What was recorded before may be missing" in done.out + done.err


def test_a_damaged_journal_is_the_first_thing_said_and_with_what_helps(waypost: Waypost, kit: Path) -> None:
    fill(kit / "journal.db")
    says = waypost("check", "--home", kit, "--mrz", HONEST).out.splitlines()[0]
    assert "journal.db is damaged" in says and "Put a copy of journal.db in their place" in says
    verified = waypost("journal", "verify", "--home", kit).err
    assert "Put a copy of journal.db in their place" in verified
    for advice in ("Tell a technician", "read-only", "journal verify"):
        assert advice not in says + verified
