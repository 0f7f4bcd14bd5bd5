"""How long a kit remembers that nobody took its reports."""

from datetime import datetime, timedelta

import pytest

from data.clock import read_system_time
from data.kit.home import KitHome
from sync.kit.reports.uplink_refusal import UplinkRefusal, forget_refusal, note_refusal, read_refusal

URL = "http://hq.example"
NOW = read_system_time()


def refused(times: int) -> UplinkRefusal:
    return UplinkRefusal(URL, NOW, times)


@pytest.mark.parametrize(("times", "hours"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 24), (7, 24), (10**6, 24)])
def test_the_wait_doubles_up_to_a_day(times: int, hours: int) -> None:
    assert refused(times).asked_again == NOW + timedelta(hours=hours)


@pytest.mark.parametrize(("away", "in_force"), [(-1, False), (0, True), (3599, True), (3600, False)])
def test_a_refusal_ends_also_where_the_clock_went_back(away: int, in_force: bool) -> None:
    assert refused(1).is_in_force(NOW + timedelta(seconds=away)) is in_force


def test_it_is_of_one_address_counted_and_forgotten(kit: KitHome) -> None:
    for times in (1, 2, 3):
        note_refusal(kit, URL, NOW)
        assert read_refusal(kit, URL) == refused(times)
    assert read_refusal(kit, "http://other.example") is None and read_refusal(kit, "") is None
    forget_refusal(kit, "http://other.example")
    assert read_refusal(kit, URL) == refused(3)
    note_refusal(kit, "http://other.example", NOW)
    assert read_refusal(kit, URL) is None
    forget_refusal(kit, "http://other.example")
    assert read_refusal(kit, "http://other.example") is None


@pytest.mark.parametrize(
    "stored", [b"{}", b"[]", b"no JSON", b'{"url": "http://hq.example", "at": "soon", "times": 1}']
)
def test_a_note_that_cannot_be_read_is_none(kit: KitHome, stored: bytes) -> None:
    kit.vault.put({"uplink_refused": stored})
    assert read_refusal(kit, URL) is None


def test_it_says_when_the_kit_asks_again() -> None:
    problem = UplinkRefusal(URL, datetime.fromisoformat("2026-03-01T10:30:00+00:00"), 2).problem
    assert problem.what == "No service accepted reports at http://hq.example when this kit last asked"
    assert "hq serve --uplink" in problem.do and "asks again after 2026-03-01 12:30 UTC" in problem.do
