"""What is said of an exception: classes, places and codes of the whole chain, and none of its words."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.durable_files import sync_folder
from data.errors import LinkError, StoreError
from data.json_codec import decode, or_else, to_json_value
from data.log.error_origin import ErrorElsewhere, ErrorOrigin, describe_error
from devices.faults import DeviceFault, FaultReason
from devices.isolation.messages import parse_message

NAME = "ZOLTAVERDE QUINT AAF9173054"


def raised(work: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:
        work()
    return caught.value


def test_class_and_places_are_said_and_no_word_of_the_message(tmp_path: Path) -> None:
    (origin,) = describe_error(raised(lambda: sync_folder(tmp_path / NAME)))
    assert (origin.name, origin.code) == ("FileNotFoundError", "ENOENT")
    assert [place.rpartition(" ")[2] for place in origin.places] == ["sync_folder", "sync_file"]
    assert all(place.startswith("data/durable_files.py:") for place in origin.places)
    assert NAME not in str(origin)


def test_the_place_in_another_package_is_its_module() -> None:
    origin = describe_error(raised(lambda: json.loads(NAME)))[0]
    assert (origin.name, origin.places[-1].partition(":")[0]) == ("json.decoder.JSONDecodeError", "json.decoder")


@pytest.mark.parametrize("hidden", [False, True], ids=["from the cause", "from None"])
def test_causes_are_said_also_where_they_are_hidden(hidden: bool) -> None:
    def work() -> None:
        try:
            raise ConnectionResetError(104, NAME)
        except ConnectionResetError as error:
            raise LinkError(NAME) from (None if hidden else error)

    first, cause = describe_error(raised(work))
    assert (first.name, cause.name, cause.code) == ("LinkError", "ConnectionResetError", "ECONNRESET")


def test_codes_of_the_system_of_sqlite_and_of_devices_are_said() -> None:
    database = raised(lambda: sqlite3.connect(":memory:").execute("SELECT 1 FROM nothing"))
    fault = raised(lambda: (_ for _ in ()).throw(DeviceFault(FaultReason.UNPLUGGED, NAME)))
    assert [describe_error(error)[0].code for error in (OSError(28, NAME), database, fault)] == [
        "ENOSPC",
        "SQLITE_ERROR",
        "unplugged",
    ]


def test_a_reason_in_words_is_no_code() -> None:
    error = StoreError(NAME)
    error.reason = NAME  # type: ignore[attr-defined]
    assert describe_error(error) == [ErrorOrigin("StoreError")]


def test_chains_that_turn_in_a_circle_or_are_long_end() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert [origin.name for origin in describe_error(first)] == ["ValueError", "KeyError"]
    long: BaseException = ValueError()
    for _ in range(100):
        later = ValueError()
        later.__cause__, long = long, later
    assert len(describe_error(long)) == 6


def test_each_error_of_a_group_is_said() -> None:
    group = ExceptionGroup(NAME, [ValueError(NAME), OSError(5, NAME)])
    assert [origin.name for origin in describe_error(group)] == ["ExceptionGroup", "ValueError", "OSError"]


def _sent(value: object) -> ErrorOrigin:
    """What is read where another process says `value`."""
    sent: ErrorOrigin = decode(Annotated[ErrorOrigin, or_else(ErrorOrigin())], json.dumps(value))  # type: ignore[arg-type]
    return sent


def test_what_another_process_says_becomes_part_of_the_chain() -> None:
    origin = ErrorOrigin("some_driver.Broken", "EIO", ("devices/framing/lines.py:12 read",))
    error = DeviceFault(FaultReason.PROTOCOL, NAME)
    error.__cause__ = ErrorElsewhere([_sent(origin.to_json())])
    assert describe_error(error)[1:] == [origin]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["class", "code", "places", "x"]), inner),
    max_leaves=8,
)


@given(JSON)
def test_whatever_another_process_says_is_classes_codes_and_places(value: object) -> None:
    origin = _sent(value)
    assert _sent(to_json_value(origin.to_json())) == origin


def test_words_of_another_process_are_left_out() -> None:
    said = {"x": NAME, "class": NAME, "code": NAME, "places": [NAME, f"{NAME}:3 read", "devices/x.py:1 read"]}
    assert _sent(said) == ErrorOrigin("?", "", ("devices/x.py:1 read",))
    message = parse_message(json.dumps({"log": [said]}).encode())
    assert message is not None and message.log == (ErrorOrigin("?", "", ("devices/x.py:1 read",)),)
