"""Warnings of other packages are logged without their words, and printed nowhere."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.log.error_log import destination, read_log
from data.log.foreign_loggers import take_foreign_logs
from data.store_key import KEYS_FILE

NAME = "ZOLTAVERDE QUINT"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that this process logs in, other packages' warnings as well."""
    (tmp_path / KEYS_FILE).touch()
    monkeypatch.setattr(destination, "home", tmp_path)
    root = logging.getLogger()
    before = list(root.handlers)
    take_foreign_logs()
    yield tmp_path
    root.handlers[:] = before


def test_a_warning_is_logged_by_its_logger_and_place(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("tuf.ngclient").warning("no %s", NAME)
    logging.getLogger("httpx").info("GET %s", NAME)
    (entry,) = read_log(home)
    assert (entry.logger, entry.level) == ("tuf.ngclient", "WARNING")
    assert entry.place.startswith("test_foreign_loggers:")
    assert NAME not in (home / "log" / "errors.jsonl").read_text() and NAME not in "".join(capfd.readouterr())


def test_an_error_that_a_logger_tells_of_is_logged_by_its_class(home: Path) -> None:
    try:
        raise OSError(28, NAME)
    except OSError:
        logging.getLogger("asyncio").exception(NAME)
    (entry,) = read_log(home)
    assert entry.errors[0].name == "OSError" and entry.errors[0].code == "ENOSPC"


def test_calling_it_again_logs_nothing_twice(home: Path) -> None:
    take_foreign_logs()
    logging.getLogger("tuf").warning("once")
    assert len(read_log(home)) == 1
