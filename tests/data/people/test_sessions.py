"""A session is open for its shift, on its start of the machine, and says why it ended."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.clock import Clock, Uptime
from data.kit.home import KitHome
from data.kit.settings import Settings
from data.people.sessions import (
    LONGEST,
    SESSIONS,
    Place,
    Session,
    SessionBook,
    SessionEnd,
    SessionKind,
    SessionOver,
    add_session,
    decode_sessions,
    encode_sessions,
    end_sessions,
    hash_token,
)
from data.people.staff import StaffRole

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
OPEN = Session(
    "1", SessionKind.DESK, "O-1", "K. Sample", "ab" * 8, StaffRole.OFFICER, Place("2"), NOW, "boot-1", 100.0,
    LONGEST.total_seconds(),
)  # fmt: skip
UPTIME = Uptime("boot-1", 160.0)


@pytest.mark.parametrize(
    ("session", "now", "uptime", "end"),
    [
        (OPEN, NOW, UPTIME, None),
        (OPEN, NOW + timedelta(days=30_000), UPTIME, None),
        (OPEN, NOW, Uptime("boot-2", 5.0), SessionEnd.RESTARTED),
        (OPEN, NOW, Uptime("boot-1", 100.0 + LONGEST.total_seconds()), SessionEnd.SHIFT_ENDED),
        (replace(OPEN, valid_until=NOW), NOW, UPTIME, SessionEnd.PERSON_ENDED),
        (replace(OPEN, valid_until=NOW), NOW - timedelta(seconds=1), UPTIME, None),
        (replace(OPEN, ended=SessionEnd.HANDED_OVER), NOW, Uptime("boot-2", 5.0), SessionEnd.HANDED_OVER),
    ],
)
def test_a_session_ends_with_its_shift_whatever_the_clock_says(
    session: Session, now: datetime, uptime: Uptime, end: SessionEnd | None
) -> None:
    assert session.find_end(now, uptime) is end


def test_whoever_signs_in_again_works_there_only() -> None:
    content = add_session(add_session(None, OPEN), replace(OPEN, id="2"))
    content = add_session(content, replace(OPEN, id="3", kind=SessionKind.COMMAND_LINE))
    content = add_session(content, replace(OPEN, id="4", number="O-2", human="cd" * 8))
    assert {each.id: each.ended for each in decode_sessions(content)} == {
        "1": SessionEnd.ELSEWHERE,
        "2": None,
        "3": None,
        "4": None,
    }


def test_two_entries_of_one_human_being_do_not_work_at_two_desks() -> None:
    content = add_session(add_session(None, OPEN), replace(OPEN, id="2", number="O-99"))
    assert decode_sessions(content)[0].ended is SessionEnd.ELSEWHERE


def test_an_ended_session_keeps_its_reason() -> None:
    content = end_sessions(encode_sessions([OPEN]), lambda each: True, SessionEnd.SIGNED_OUT)
    content = end_sessions(content, lambda each: True, SessionEnd.PERSON_ENDED)
    assert decode_sessions(content)[0].ended is SessionEnd.SIGNED_OUT


def test_only_the_latest_are_remembered() -> None:
    content = None
    for place in range(100):
        content = add_session(content, replace(OPEN, id=str(place)))
    assert [each.id for each in decode_sessions(content)] == [str(place) for place in range(36, 100)]


def test_an_open_session_is_not_forgotten_for_those_that_are_over() -> None:
    content = add_session(None, replace(OPEN, id="mine", human="a" * 16))
    for place in range(100):
        content = add_session(content, replace(OPEN, id=str(place)))
    kept = decode_sessions(content)
    assert [each.id for each in kept if each.ended is None] == ["mine", "99"] and len(kept) == 64


def test_what_cannot_be_read_signs_nobody_in() -> None:
    assert decode_sessions(b"{") == () and decode_sessions(b'[{"id":"1"}]') == ()
    assert [each.id for each in decode_sessions(add_session(b"{", OPEN))] == ["1"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[KitHome]:
    with closing(
        KitHome.create(tmp_path / "kit", "seven lanterns on the bridge", Settings(kit="k", source="s"))
    ) as kit:
        yield kit


def _book(home: KitHome) -> SessionBook:
    return SessionBook(home.vault, lambda: Clock(read=lambda: NOW, read_uptime=lambda: UPTIME))


def _end(book: SessionBook, session: str) -> SessionEnd:
    with pytest.raises(SessionOver) as refusal:
        book.get(session)
    return refusal.value.end


def test_a_kit_knows_its_open_sessions_and_why_others_ended(home: KitHome) -> None:
    book = _book(home)
    assert _end(book, "1") is SessionEnd.FORGOTTEN and book.open_sessions() == ()
    home.vault.put({SESSIONS: encode_sessions([OPEN])})
    assert book.get("1") == OPEN and book.open_sessions() == (OPEN,)
    book.end("1", SessionEnd.SIGNED_OUT)
    assert _end(book, "1") is SessionEnd.SIGNED_OUT and book.open_sessions() == ()


def test_a_token_opens_the_session_that_has_its_hash_and_no_other(home: KitHome) -> None:
    book = _book(home)
    with_token = replace(OPEN, token=hash_token("secret"))
    home.vault.put({SESSIONS: encode_sessions([with_token, replace(OPEN, id="2")])})
    assert book.get_by_token("1", "secret") == with_token
    for session, token in (("1", "other"), ("1", ""), ("2", ""), ("2", "secret"), ("3", "secret")):
        with pytest.raises(SessionOver):
            book.get_by_token(session, token)
