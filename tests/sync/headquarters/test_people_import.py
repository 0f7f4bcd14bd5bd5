"""Many people at once: all of them, or none and what is wrong in which line; their PINs are in one private file."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import Busy, InputError, StoreError
from data.people.secret_hash import verify_secret
from data.people.staff import StaffRole
from sync.headquarters import people_import
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.people import list_people
from sync.headquarters.people_import import ImportRefused, import_people
from tests.support.deployment import Deployment
from tests.sync.support.posts import make_posts

HEADER = "number,name,roles,posts,from,until,same_person_as,other_person\n"
TABLE = f"""{HEADER}n-104,Ana Sample,officer,north,2026-03-01,2027-06-30,,
N-105,"Sample, Bo",officer; supervisor,north;harbour,,,A-17,
N-106,Ana  SAMPLE,trainee,north,,,,yes
"""


@pytest.fixture
def hq(deployment: Deployment) -> HeadquartersHome:
    make_posts(deployment)
    return deployment.hq


def load(hq: HeadquartersHome, table: str, pins: Path) -> tuple[str, ...]:
    return import_people(hq, table.encode(), pins)


def test_everybody_in_the_table_is_added_and_their_pins_are_in_a_private_file(
    hq: HeadquartersHome, tmp_path: Path
) -> None:
    pins = tmp_path / "pins.csv"
    assert load(hq, TABLE, pins) == ("N-104", "N-105", "N-106")
    known = {entry.person.number: entry for entry in list_people(hq)}
    rows = list(csv.DictReader(pins.read_text().splitlines()))
    assert [row["number"] for row in rows] == ["N-104", "N-105", "N-106"]
    assert all(verify_secret(known[row["number"]].person.credential.secret, row["pin"]) for row in rows)
    assert pins.stat().st_mode & 0o777 == 0o600
    ana, bo = known["N-104"].person, known["N-105"]
    assert ana.valid_from == datetime(2026, 3, 1, tzinfo=UTC) and ana.valid_until == datetime(2027, 7, 1, tzinfo=UTC)
    assert bo.posts == ("harbour", "north") and bo.person.roles == (StaffRole.OFFICER, StaffRole.SUPERVISOR)
    assert bo.person.human == known["A-17"].person.human and ana.human != known["N-106"].person.human


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A-17,Di,officer,north,,,,", "A-17 was given before"),
        ("N-1,Di,boss,north,,,,", "no role 'boss'"),
        ("N-1,Di,service,north,,,,", "no role 'service'"),
        ("N-1,Di,,north,,,,", "no role"),
        ("N-1,Di,officer,south,,,,", "no post called south"),
        ("N-1,Di,officer,,,,,", "no post"),
        ("N-1,,officer,north,,,,", "name is missing"),
        ("N-1,Di,officer,north,soon,,,", "'soon' is not a day"),
        ("N-1,Di,officer,north,2026-03-02,2026-03-01,,", "end is not after"),
        ("N-1,ana KOVAČ,officer,north,,,,", "has the same name"),
        ("N-104,Di,officer,north,,,,", "N-104 was given before"),
        ("N-1,Di,officer,north,,,,,more", "more or fewer fields"),
        ("N-1,Di", "more or fewer fields"),
    ],
)
def test_one_wrong_row_adds_nobody_and_is_named(hq: HeadquartersHome, tmp_path: Path, row: str, says: str) -> None:
    before, pins = list_people(hq), tmp_path / "pins.csv"
    with pytest.raises(ImportRefused) as refused:
        load(hq, f"{TABLE}{row}\n", pins)
    (wrong,) = refused.value.rows
    assert wrong.line == 5 and says in str(wrong.problem.what)
    assert list_people(hq) == before and not pins.exists()


@pytest.mark.parametrize(
    "table",
    ["", HEADER, "number,name,roles\nN-1,Di,officer\n", f"pin,{HEADER}1,N-1,Di,officer,north,,,,\n", f'{HEADER}"N'],
)
def test_what_is_no_table_is_refused(hq: HeadquartersHome, tmp_path: Path, table: str) -> None:
    with pytest.raises(InputError):
        load(hq, table, tmp_path / "pins.csv")


def test_other_text_than_utf8_is_refused(hq: HeadquartersHome, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not UTF-8"):
        import_people(hq, HEADER.encode() + b"N-1,Ana Kova\xe8,officer,north,,,,\n", tmp_path / "pins.csv")


def test_a_file_that_is_there_is_not_replaced(hq: HeadquartersHome, tmp_path: Path) -> None:
    pins = tmp_path / "pins.csv"
    pins.write_text("of somebody else")
    with pytest.raises(InputError, match="already exists"):
        load(hq, TABLE, pins)
    assert pins.read_text() == "of somebody else"


def test_where_the_file_cannot_be_written_nobody_is_added(hq: HeadquartersHome, tmp_path: Path) -> None:
    before = list_people(hq)
    with pytest.raises(StoreError):
        load(hq, TABLE, tmp_path / "absent" / "pins.csv")
    assert list_people(hq) == before


def test_where_nobody_was_added_no_pins_are_left(
    hq: HeadquartersHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, pins = people_import.durable_files.write_durably, tmp_path / "pins.csv"

    def write_and_fail(path: Path, content: bytes) -> None:
        write(path, content)
        raise Busy("the store")

    monkeypatch.setattr(people_import.durable_files, "write_durably", write_and_fail)
    with pytest.raises(Busy):
        load(hq, TABLE, pins)
    assert not pins.exists()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: (HEADER + text).encode())))
def test_whatever_comes_is_a_table_or_refused(hq: HeadquartersHome, tmp_path: Path, content: bytes) -> None:
    before = list_people(hq)
    with pytest.raises(InputError):
        import_people(hq, content, tmp_path / "pins.csv")
    assert list_people(hq) == before
