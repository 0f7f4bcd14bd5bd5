"""The error log: lines that say where and what class, bounded, whole with several writers, and never in the way."""

import fcntl
import json
import os
import resource
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from data.errors import LinkError
from data.log import error_log
from data.log.error_log import destination, log_error, read_log, suppress_logged
from data.store_key import KEYS_FILE
from tests.support.waiting import wait_until

NAME = "ZOLTAVERDE QUINT AAF9173054"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that this process logs in."""
    (tmp_path / KEYS_FILE).touch()
    monkeypatch.setattr(destination, "home", tmp_path)
    monkeypatch.setattr(destination, "process", "desk")
    return tmp_path


def logged(home: Path) -> str:
    return "".join(path.read_text() for path in sorted((home / "log").iterdir()))


def in_another_process(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def test_a_line_says_when_where_and_what_and_no_word_of_the_error(home: Path) -> None:
    log_error(LinkError(NAME, means=NAME, do=NAME), list_name="un", device=f"serial:///dev/{NAME}?baud=9600", failed=3)
    (entry,) = read_log(home)
    assert entry.at.endswith("Z") and len(entry.at) == len("2026-03-01T12:00:00Z")
    facts = entry.to_json()
    place = f"{__name__}:"
    assert facts.pop("place").startswith(place) and facts.pop("pid") == os.getpid() and facts.pop("at") == entry.at
    assert facts == {
        "process": "desk",
        "list": "un",
        "device": "serial",
        "errors": [{"class": "LinkError", "places": []}],
        "failed": 3,
    }
    assert NAME not in logged(home) and "9600" not in logged(home)


def test_what_is_no_list_name_no_url_and_no_number_is_left_out(home: Path) -> None:
    log_error(ValueError(), list_name=NAME, device=NAME, failed=NAME)  # type: ignore[arg-type]
    (entry,) = read_log(home)
    assert not {"list", "device", "failed"} & entry.to_json().keys()
    assert "ZOLTAVERDE" not in logged(home)


def test_a_caller_adds_nothing_else_to_a_line(home: Path) -> None:
    """Above all not in the place of what the log says itself."""
    with pytest.raises(TypeError):
        log_error(ValueError(), at=0)  # type: ignore[call-arg]
    assert read_log(home) == []


def test_what_is_suppressed_is_logged_and_nothing_else_is_suppressed(home: Path) -> None:
    with suppress_logged(OSError, list_name="sltd"):
        raise PermissionError(13, NAME)
    with suppress_logged(OSError):
        pass
    with pytest.raises(ValueError, match="another"), suppress_logged(OSError):
        raise ValueError("another")
    (entry,) = read_log(home)
    assert (entry.list_name, entry.errors[0].name) == ("sltd", "PermissionError")
    assert entry.place.endswith(" test_what_is_suppressed_is_logged_and_nothing_else_is_suppressed")


def test_an_error_that_repeats_is_counted_and_written_at_growing_intervals(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, after one minute, after two more, and at once again when it had been away."""
    now = iter([0.0, 1.0, 59.0, 61.0, 62.0, 180.0, 182.0, 10_000.0, 10_059.0, 10_061.0])
    monkeypatch.setattr(error_log, "monotonic", lambda: next(now))
    for _ in range(10):
        log_error(ValueError())
    assert [entry.times for entry in read_log(home)] == [1, 3, 3, 1, 2]


def test_an_error_that_goes_on_for_a_week_is_a_line_an_hour(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(7 * 24 * 3600 // 10))
    monkeypatch.setattr(error_log, "monotonic", lambda: 10.0 * next(now))
    for _ in range(7 * 24 * 3600 // 10):
        log_error(ValueError())
    assert 160 < len(read_log(home)) < 190


def test_another_list_is_another_error(home: Path) -> None:
    for name in ("un", "sltd"):
        log_error(ValueError(), list_name=name)
    assert [entry.list_name for entry in read_log(home)] == ["un", "sltd"]


def test_ten_thousand_errors_stay_within_the_bound_and_the_newest_are_there(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_log, "MOST_BYTES", 64 * 1024)
    for number in range(10_000):
        log_error(ValueError(NAME), list_name=f"l{number}")
    sizes = [path.stat().st_size for path in (home / "log").iterdir()]
    assert len([size for size in sizes if size]) == error_log.FILES
    assert sum(sizes) <= error_log.FILES * error_log.MOST_BYTES
    names = [entry.list_name for entry in read_log(home)]
    assert names == [f"l{number}" for number in range(10_000 - len(names), 10_000)] and len(names) > 1000


def test_files_are_the_technicians_alone(home: Path) -> None:
    log_error(ValueError())
    assert stat.S_IMODE((home / "log").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "log" / error_log.NEWEST_FILE).stat().st_mode) == 0o600


def test_processes_that_write_at_once_lose_and_break_no_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_log, "MOST_BYTES", 400 * 1024)  # they move the files once

    def write(writer: int) -> None:
        destination.process = f"writer {writer}"
        for number in range(1500):
            log_error(ValueError(), list_name=f"l{number}")

    children = [in_another_process(lambda writer=writer: write(writer)) for writer in range(3)]  # type: ignore[misc]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    entries = read_log(home)
    assert len([line for line in logged(home).splitlines() if line]) == len(entries) == 4500
    for writer in range(3):
        own = [entry.list_name for entry in entries if entry.process == f"writer {writer}"]
        assert sorted(own) == sorted(f"l{number}" for number in range(1500))
    assert len(list((home / "log").iterdir())) > 2


def test_a_writer_never_waits_for_the_one_that_moves_the_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have been stopped while it held the lock."""
    monkeypatch.setattr(error_log, "MOST_BYTES", 400)
    log_error(ValueError(), list_name="l0")
    with (home / "log" / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for number in range(1, 50):
            log_error(ValueError(), list_name=f"l{number}")
    (file,) = (home / "log").glob("errors*")
    assert 400 < file.stat().st_size <= 800  # twice a file is the most, however long the other one is stopped
    log_error(ValueError(), list_name="after")
    assert [entry.list_name for entry in read_log(home)][-1] == "after"
    assert len(list((home / "log").glob("errors*"))) == 2


@pytest.mark.parametrize("name", ["lock", "errors.jsonl", "errors.jsonl.1"])
@pytest.mark.parametrize("is_full", [True, False])
def test_a_pipe_in_place_of_a_file_of_the_log_is_not_waited_for(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_full: bool
) -> None:
    """A full pipe would keep whoever writes, one that nobody has open whoever opens it."""
    monkeypatch.setattr(error_log, "MOST_BYTES", 400)
    (home / "log").mkdir()
    os.mkfifo(home / "log" / name)
    pipe = os.open(home / "log" / name, os.O_RDWR | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        while is_full:
            os.write(pipe, bytes(4096))
    if not is_full:
        os.close(pipe)

    def read_and_log() -> None:
        with suppress(OSError):
            read_log(home)
        for number in range(10):
            log_error(ValueError(), list_name=f"l{number}")

    child = in_another_process(read_and_log)
    try:
        wait_until(lambda: os.waitpid(child, os.WNOHANG) != (0, 0), "the end of the child")
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        if is_full:
            os.close(pipe)


def test_files_that_another_process_just_moved_are_not_moved_again(home: Path) -> None:
    log_error(ValueError())
    error_log._rotate(home / "log", 100)
    assert [path.name for path in (home / "log").glob("errors*")] == ["errors.jsonl"]


def test_a_file_that_moves_while_it_is_read_is_read_once(home: Path) -> None:
    log_error(ValueError())
    newest = home / "log" / error_log.NEWEST_FILE
    (home / "log" / f"{error_log.NEWEST_FILE}.1").hardlink_to(newest)
    assert len(read_log(home)) == 1


@pytest.fixture
def short_files() -> Iterator[None]:
    """No file of this process may grow beyond 300 bytes: the disk is full in the middle of a line."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_costs_lines_and_nothing_else(home: Path, short_files: None) -> None:
    for number in range(5):
        log_error(ValueError(), list_name=f"l{number}")
    path = home / "log" / error_log.NEWEST_FILE
    assert path.stat().st_size == 300 and not path.read_bytes().endswith(b"\n")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    log_error(ValueError(), list_name="after")
    assert [entry.list_name for entry in read_log(home)] == ["l0", "after"]


@pytest.mark.parametrize("obstacle", ["a file in the folder's place", "a link in the file's place", "no home"])
def test_what_cannot_be_written_is_not_logged_and_nothing_is_raised(home: Path, obstacle: str) -> None:
    if obstacle == "no home":
        (home / KEYS_FILE).unlink()
    elif obstacle.startswith("a link"):
        (home / "log").mkdir()
        (home / "log" / error_log.NEWEST_FILE).symlink_to(home / "elsewhere")
    else:
        (home / "log").touch()
    log_error(ValueError())
    assert not (home / "elsewhere").exists() and read_log_or_nothing(home) == []


def read_log_or_nothing(home: Path) -> list[error_log.LogEntry]:
    return read_log(home) if (home / "log").is_dir() and not (home / "log" / error_log.NEWEST_FILE).is_symlink() else []


def test_lines_that_are_none_are_passed_over(home: Path) -> None:
    log_error(ValueError())
    with (home / "log" / error_log.NEWEST_FILE).open("ab") as file:
        file.write(b'{"at"\n[]\n{"x": 1}\n\xff\n' + b"[" * 100_000 + b"\n")
    assert len(read_log(home)) == 1


def test_what_does_not_fit_in_a_line_is_left_out_and_the_rest_is_read(home: Path) -> None:
    line = {"at": "2026-03-01T12:00:00Z", "list": ["un"], "device": "hid", "errors": [5, {"class": "KeyError"}]}
    odd = {"place": {"x": NAME}, "pid": NAME, "times": NAME, "unknown": NAME}
    (home / "log").mkdir()
    (home / "log" / error_log.NEWEST_FILE).write_text(json.dumps(line | odd) + "\n" + json.dumps({**line, "at": 5}))
    (entry,) = read_log(home)
    assert entry.to_json() == {
        "at": line["at"],
        "device": "hid",
        "errors": [{"class": "?", "places": []}, {"class": "KeyError", "places": []}],
    }


def test_where_no_home_is_known_nothing_is_logged(home: Path) -> None:
    destination.home = None
    log_error(ValueError())
    assert not (home / "log").exists() and json.dumps(read_log(home)) == "[]"
