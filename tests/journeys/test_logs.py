"""`waypost kit logs` and `hq logs`: what fails is there for the technician, and nobody's data is.

Each failure is made with a message that holds a traveller, a record of a list, a passphrase and a path.
"""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from data.errors import Damaged, DeviceError, LinkError, StoreError, WaypostError
from data.log.error_log import LOG_FOLDER, NEWEST_FILE, destination
from data.store_key import KEYS_FILE
from devices.faults import DeviceFault, FaultReason
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.journeys.support.travellers import WANTED
from tests.support.command_line import LISTS, PASSPHRASE, TOP, Waypost
from tests.ui.support.desk_kit import CLEAR, Counter, PaperReader, zone
from ui.commands.desk import run_desk
from ui.screens.app import DeskApp
from ui.wiring import open_counter

PLANTED = f"{WANTED} Zoltaverde Quint Ignacio Ramiro AAF917305 {PASSPHRASE} /media/Zoltaverde/records.csv"
WORDS = ("zoltaverde", "quint", "ignacio", "aaf917305", "horse", "staple", "records.csv", "p<arg")


def raises(error: Exception) -> Callable[..., None]:
    """A function that fails as deep as real ones do."""

    def fail(*_: object, **__: object) -> None:
        try:
            raise OSError(5, PLANTED, PLANTED)
        except OSError as cause:
            raise error from cause

    return fail


def logged(home: Path) -> str:
    return "".join(path.read_text() for path in (home / LOG_FOLDER).iterdir()) if (home / LOG_FOLDER).is_dir() else ""


def must_hold_nobody(home: Path) -> None:
    text = logged(home).lower()
    assert not [word for word in WORDS if word in text]


def classes(waypost: Waypost, home: Path, end: str = "kit") -> list[str]:
    """Class of every error that the log holds."""
    entries = waypost(end, "logs", "--home", home, "--json", passphrase=None).json["entries"]
    return [error["class"] for entry in entries for error in entry["errors"]]


KIT_FAILURES = {
    "a check": ("appliance.checks.document_list.DocumentListCheck.run", ValueError(PLANTED), "check"),
    "a check panics": ("appliance.checks.person_list.PersonListCheck.run", DeviceError(PLANTED), "check"),
    "the journal": ("data.journal.journal.Journal.record_screening", StoreError(PLANTED), "check"),
    "a list file": ("appliance.screening.list_access.GuardedList.read", Damaged(PLANTED), "check"),
    "opening the kit": ("data.kit.home.KitHome.open", RuntimeError(PLANTED), "lists"),
    "one list": ("sync.kit.list_sync.ListSync.run", LinkError(PLANTED), "courier"),
    "the metadata": ("sync.kit.courier.take_policy", RuntimeError(PLANTED), "courier"),
    "the health report": ("sync.kit.reports.report_sender.enter_health", StoreError(PLANTED), "courier"),
    "looking at the journal": ("ui.commands.journal.open_watched", KeyError(PLANTED), "journal"),
}


@pytest.mark.parametrize("what", KIT_FAILURES)
def test_what_fails_on_a_kit_is_logged_without_a_word_of_it(
    waypost: Waypost, kit: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    target, error, command = KIT_FAILURES[what]
    monkeypatch.setattr(target, raises(error))
    words = {
        "check": ("check", "--home", kit, "--mrz", WANTED, "--json"),
        "lists": ("lists", "--home", kit),
        "courier": ("courier", "run", "--home", kit),
        "journal": ("journal", "verify", "--home", kit),
    }
    done = waypost(*words[command])
    assert done.code != 0
    assert isinstance(error, WaypostError) or "horse" not in done.err  # ours are made to be read
    names = classes(waypost, kit)
    assert type(error).__name__ in names and "OSError" in names
    must_hold_nobody(kit)


HEADQUARTERS_FAILURES = {
    "a source": ("sync.headquarters.importer._records", RuntimeError(PLANTED), "import"),
    "a publication": ("sync.headquarters.publishing.publisher.write_envelopes", RuntimeError(PLANTED), "publish"),
    "opening": ("sync.headquarters.home.HeadquartersHome.open", StoreError(PLANTED), "publish"),
}


@pytest.mark.parametrize("what", HEADQUARTERS_FAILURES)
def test_what_fails_at_headquarters_is_logged_without_a_word_of_it(
    waypost: Waypost, hq: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    target, error, command = HEADQUARTERS_FAILURES[what]
    monkeypatch.setattr(target, raises(error))
    source = ("--list", "un", "--format", "un-xml", LISTS / "un.xml")
    assert waypost("hq", command, "--home", hq, *(source if command == "import" else ())).code != 0
    assert type(error).__name__ in classes(waypost, hq, "hq")
    must_hold_nobody(hq)


def test_a_wrong_passphrase_is_logged_and_not_written_down(waypost: Waypost, kit: Path) -> None:
    assert waypost("lists", "--home", kit, passphrase="Zoltaverde Quint").code == 1
    assert "WrongPassphrase" in classes(waypost, kit)
    must_hold_nobody(kit)


def test_a_mistake_in_what_was_typed_is_no_entry(waypost: Waypost, kit: Path) -> None:
    assert waypost("check", "--home", kit, "--name", "").code != 0
    assert classes(waypost, kit) == []


@pytest.fixture
def desk_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home that a desk in this process logs in."""
    (tmp_path / KEYS_FILE).touch()
    monkeypatch.setattr(destination, "home", tmp_path)
    monkeypatch.setattr(destination, "process", "desk")
    return tmp_path


@pytest.mark.parametrize("error", [RuntimeError(PLANTED), StoreError("The disk is full", means=PLANTED)], ids=str)
async def test_a_screening_that_fails_at_the_desk_is_logged(desk_home: Path, error: Exception) -> None:
    async with at_desk() as officer:
        officer.counter.broken = error
        await officer.scan(zone(CLEAR))
        await officer.until(lambda: type(error).__name__ in logged(desk_home), "an entry in the log")
        if not isinstance(error, WaypostError):
            await officer.sees("waypost kit logs")
    must_hold_nobody(desk_home)


async def test_a_reader_that_fails_at_the_desk_is_logged_with_its_scheme(desk_home: Path) -> None:
    reader = PaperReader()
    reader.waiting.append(DeviceFault(FaultReason.UNPLUGGED, PLANTED))
    async with at_desk(Counter(reader=reader)) as officer:
        await officer.until(lambda: "unplugged" in logged(desk_home), "an entry in the log")
    assert '"device": "paper"' in logged(desk_home)
    must_hold_nobody(desk_home)


async def test_an_error_that_ends_the_desk_shows_no_variables(
    desk_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What Textual prints by itself has the values of all variables."""
    app = Counter().app()

    def fail() -> None:
        traveller = PLANTED
        raise ValueError(traveller)

    with pytest.raises(ValueError, match="ZOLTAVERDE"):
        async with app.run_test() as pilot:
            app.call_later(fail)
            await Officer(pilot, Counter()).until(lambda: app._exception is not None, "the error")
    assert "ValueError" in logged(desk_home)
    must_hold_nobody(desk_home)
    printed = " ".join("".join(capfd.readouterr()).lower().split())
    assert "waypost kit logs" in printed
    assert not [word for word in WORDS if word in printed]


@pytest.mark.parametrize("code", [0, 1])
def test_a_desk_that_an_error_closed_does_not_end_well(kit: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    monkeypatch.setattr(DeskApp, "run", lambda app: app.exit(return_code=code))
    with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
        assert run_desk(counter, kit) == code


def test_warnings_of_other_packages_reach_no_terminal(kit: Path, waypost: Waypost) -> None:
    assert waypost("kit", "logs", "--home", kit).code == 0  # the process logs in this kit now
    logging.getLogger("tuf.api").warning(PLANTED)
    done = waypost("kit", "logs", "--home", kit)
    assert "tuf.api" in done.out
    must_hold_nobody(kit)


_UNCAUGHT = """
import sys
from threading import Thread
from ui import cli
from ui.commands import lists
planted, home = sys.argv[1:]
class Broken:
    def __del__(self):
        {}[planted]
def show(*_, **__):
    Broken()
    thread = Thread(target=int, args=(planted,))
    thread.start()
    thread.join()
lists._show = show
sys.argv = ["waypost", "lists", "--home", home]
cli.main()
"""


def test_what_nobody_could_catch_is_logged_and_printed_nowhere(kit: Path) -> None:
    environment = {**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE}
    command = [sys.executable, "-c", _UNCAUGHT, PLANTED, str(kit)]
    done = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert '"ValueError"' in logged(kit) and '"KeyError"' in logged(kit)
    must_hold_nobody(kit)


_WARNED = """
import logging, sys, warnings
from appliance.counter.counter import Counter
from ui import cli
planted, *sys.argv = sys.argv[1:]
screen = Counter.screen
def screen_with_warnings(*args, **more):
    logging.getLogger("tuf.x").warning(planted)
    warnings.warn(planted)
    return screen(*args, **more)
Counter.screen = screen_with_warnings
cli.main()
"""


def test_what_other_packages_say_during_a_check_is_logged_without_words_and_printed_nowhere(kit: Path) -> None:
    environment = {**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE}
    asked = ["waypost", "check", "--home", str(kit), "--mrz", WANTED, "--json"]
    done = subprocess.run(
        [sys.executable, "-c", _WARNED, PLANTED, *asked], cwd=TOP, env=environment, capture_output=True, text=True
    )
    assert json.loads(done.stdout)["verdict"] and PLANTED not in done.stderr and "Warning" not in done.stderr
    assert '"tuf.x"' in logged(kit) and "UserWarning" in logged(kit)
    must_hold_nobody(kit)


def test_a_home_without_errors_says_so_and_a_folder_that_is_no_home_is_refused(
    waypost: Waypost, kit: Path, tmp_path: Path
) -> None:
    done = waypost("kit", "logs", "--home", kit, passphrase=None)
    assert (done.code, done.out) == (0, "") and "Nothing has been logged" in done.err
    done = waypost("kit", "logs", "--home", tmp_path, passphrase=None)
    assert done.code == 1 and "no kit and no headquarters" in done.err
    assert not (tmp_path / LOG_FOLDER).exists()


def write_entries(home: Path, *times: str) -> None:
    entries = [{"at": at, "process": "desk", "place": f"x:{n} f", "errors": []} for n, at in enumerate(times)]
    (home / LOG_FOLDER).mkdir()
    (home / LOG_FOLDER / NEWEST_FILE).write_text("".join(json.dumps(entry) + "\n" for entry in entries))


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ((), [0, 1, 2]),
        (("--lines", "2"), [1, 2]),
        (("--since", "2026-03-02"), [1, 2]),
        (("--since", "2026-03-02T01:00:00+02:00"), [1, 2]),
        (("--since", "2026-03-02T12:00:01Z"), [2]),
        (("--since", "1d"), []),
        (("--since", "30m"), []),
        (("--since", "0900-01-01"), [0, 1, 2]),
    ],
    ids=str,
)
def test_the_newest_are_shown_and_what_came_since(
    waypost: Waypost, kit: Path, options: tuple[str, ...], shown: list[int]
) -> None:
    write_entries(kit, "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z")
    done = waypost("kit", "logs", "--home", kit, *options, "--json", passphrase=None)
    assert [entry["place"] for entry in done.json["entries"]] == [f"x:{number} f" for number in shown]


@pytest.mark.parametrize("time", ["yesterday", "999999d", "0001-01-01T00:00+05:00", "9999-12-31T23:00-05:00"])
def test_a_time_that_is_none_is_refused(waypost: Waypost, kit: Path, time: str) -> None:
    done = waypost("kit", "logs", "--home", kit, "--since", time, passphrase=None)
    assert done.code == 2 and "is not a time like 12h" in " ".join(done.err.split())


def test_an_entry_reads_from_when_to_why(waypost: Waypost, kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.kit.list_sync.ListSync.run", raises(LinkError(PLANTED)))
    waypost("courier", "run", "--home", kit)
    out = waypost("kit", "logs", "--home", kit, passphrase=None).out
    head, details, error, *_ = out.splitlines()
    assert re.fullmatch(r"20\S+Z  courier run  sync/kit/courier.py:\d+ _run_sync", head)
    assert (details, error) == ("    list notices", "    LinkError")
    assert "    because of OSError EIO" in out


def test_an_entry_begins_where_the_error_happened(waypost: Waypost, kit: Path) -> None:
    waypost("lists", "--home", kit, passphrase="another")
    head = waypost("kit", "logs", "--home", kit, passphrase=None).out.splitlines()[0]
    assert re.fullmatch(r"20\S+Z  lists  data/store_key.py:\d+ _unlock", head)


def test_a_log_with_nothing_so_new_says_since_when(waypost: Waypost, kit: Path) -> None:
    write_entries(kit, "2026-03-01T12:00:00Z")
    done = waypost("kit", "logs", "--home", kit, "--since", "2027-01-01", passphrase=None)
    assert "Nothing has been logged since 2027-01-01 00:00 UTC." in done.err


def test_a_log_that_cannot_be_written_leaves_the_screening_as_it_is(
    waypost: Waypost, kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.checks.document_list.DocumentListCheck.run", raises(ValueError(PLANTED)))
    before = waypost("check", "--home", kit, "--mrz", WANTED, "--json")
    for file in (kit / LOG_FOLDER).iterdir():
        file.unlink()
    (kit / LOG_FOLDER).rmdir()
    (kit / LOG_FOLDER).write_text("in the way")
    after = waypost("check", "--home", kit, "--mrz", WANTED, "--json")
    assert (after.code, after.json["verdict"], after.err) == (before.code, before.json["verdict"], before.err)
    assert (after.code, after.json["verdict"]) == (20, "refer")
