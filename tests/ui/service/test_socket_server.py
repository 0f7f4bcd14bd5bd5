"""The socket: who is let in and how soon, what lies at its path, and that nobody keeps all places."""

import json
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest

from data.errors import Busy, Denied, InputError, StoreError
from data.text import _
from ui.service import socket_server
from ui.service.program_lines import ProgramHello
from ui.service.program_session import ProgramSession
from ui.service.socket_server import PeerProcess, SocketServer, listen

HELLO = b'{"hello": 1, "program": "P-1", "credential": "right"}\n'


class Echo:
    """Answers each line with it."""

    def answer(self, content: bytes) -> dict[str, Any]:
        return {"said": content.decode()}


def greet(hello: ProgramHello, _peer: PeerProcess) -> ProgramSession:
    if hello.credential == "full":
        raise StoreError(_("The disk is full"))
    if hello.credential != "right":
        raise Denied(_("The program did not prove who it is"))
    return cast(ProgramSession, Echo())


@contextmanager
def running(path: Path, *, lets_in: bool = True) -> Iterator[SocketServer]:
    server = SocketServer(listen(path), greet, admit_others=lambda _uid: lets_in)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(60)
    assert not thread.is_alive()


@contextmanager
def connected(path: Path, *content: bytes) -> Iterator[tuple[socket.socket, Iterator[bytes]]]:
    with socket.socket(socket.AF_UNIX) as line, line.makefile("rb") as answers:
        line.settimeout(30)
        line.connect(str(path))
        for part in content:
            line.sendall(part)
        yield line, iter(answers.readline, b"")


def is_closed(answers: Iterator[bytes]) -> bool:
    """Whether the server closed the connection without a word."""
    try:
        return next(answers, None) is None
    except ConnectionError:
        return True


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(socket_server, "SLOW_DOWN_S", 0.01)
    return tmp_path / "s"


def test_a_first_line_that_comes_too_slowly_gives_its_place_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_server, "HELLO_S", 0.2)
    with running(path), connected(path) as (line, answers):
        sent = 0
        with pytest.raises(OSError):
            while True:
                line.sendall(b" ")
                sent += 1
                assert sent < 1000, "one letter after the other keeps the place"
                time.sleep(0.01)
        with connected(path, HELLO) as (_line, others):
            assert json.loads(next(others)) == {"hello": 1}
        assert is_closed(answers)


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (b"\n", "not_understood"),
        (b"\0\xff\n", "not_understood"),
        (b"[" * 60_000 + b"\n", "not_understood"),
        (HELLO.replace(b"right", b"wrong"), "not_proved"),
        (HELLO.replace(b"right", b"full"), "failed"),
        (b'{"hello": 2, "program": "P-1", "credential": "right"}\n', "not_understood"),
        (b"x" * 70_000 + b"\n", "not_understood"),
    ],
)
def test_a_wrong_first_line_is_answered_and_the_connection_closed(path: Path, first: bytes, code: str) -> None:
    with running(path), connected(path, first) as (_line, answers):
        (answer,) = [json.loads(line) for line in answers]
        assert (answer["error"], answer["verdict"]) == (code, "cannot_say")


def test_half_a_line_at_the_end_is_no_line(path: Path) -> None:
    with running(path), connected(path, HELLO + b"whole\nha") as (line, answers):
        assert json.loads(next(answers)) == {"hello": 1}
        assert json.loads(next(answers)) == {"said": "whole"}
        line.shutdown(socket.SHUT_WR)
        assert not list(answers)


def test_many_connections_are_served_at_once_and_one_too_many_is_closed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_server, "MOST_CONNECTIONS", 100)
    with running(path), ExitStack() as stack:
        lines = [stack.enter_context(connected(path, HELLO)) for _place in range(100)]
        for _line, answers in lines:
            assert json.loads(next(answers)) == {"hello": 1}
        with connected(path) as (_line, answers):
            assert json.loads(next(answers))["error"] == "busy" and is_closed(answers)
        for number, (line, answers) in enumerate(lines):
            line.sendall(b"%d\n" % number)
            assert json.loads(next(answers)) == {"said": str(number)}


def test_many_wrong_ones_do_not_keep_their_places(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_server, "HELLO_S", 0.2)
    monkeypatch.setattr(socket_server, "SLOW_DOWN_S", 60.0)
    with running(path), connected(path, b"wrong\n"), ExitStack() as stack:
        others = [stack.enter_context(connected(path, b"wrong\n")) for _place in range(10)]
        assert [is_closed(answers) for _line, answers in others].count(True) >= 9


def test_other_users_are_not_let_in(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_server, "read_peer", lambda _line: PeerProcess(1, os.getuid() + 1))
    with running(path, lets_in=False), connected(path, HELLO) as (_line, answers):
        assert json.loads(next(answers)).get("error") == "not_proved"


def test_a_server_without_a_thread_left_goes_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(path):
        with monkeypatch.context() as patch, connected(path, HELLO) as (_line, answers):
            patch.setattr(Thread, "start", _no_thread)
            with connected(path) as (_other, none):
                assert is_closed(none)
            assert answers
        with connected(path, HELLO) as (_line, answers):
            assert json.loads(next(answers)) == {"hello": 1}


def _no_thread(_thread: Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_the_line_that_was_begun_is_answered_when_the_server_closes(path: Path) -> None:
    with connected_after(path) as (server, line, answers):
        line.sendall(b"last\n")
        assert json.loads(next(answers)) == {"said": "last"}
        server.close()
        assert not list(answers)


@contextmanager
def connected_after(path: Path) -> Iterator[tuple[SocketServer, socket.socket, Iterator[bytes]]]:
    with running(path) as server, connected(path, HELLO) as (line, answers):
        assert json.loads(next(answers)) == {"hello": 1}
        yield server, line, answers


# ── what lies at the path ────────────────────────────────────────────────────────────────────────────────


def test_only_its_user_may_use_the_socket(path: Path) -> None:
    with listen(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_socket_that_nobody_listens_at_is_replaced(path: Path) -> None:
    listen(path).close()
    assert path.is_socket()
    with listen(path), pytest.raises(Busy, match="Another server listens"):
        listen(path)


def test_a_server_that_ends_leaves_the_socket_of_another(path: Path) -> None:
    with listen(path) as earlier:
        path.unlink()
        with listen(path) as later:
            earlier.remove_path()
            assert path.is_socket()
            later.remove_path()
            assert not path.exists()
            later.remove_path()


def test_a_server_that_does_not_answer_any_more_is_another_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_server, "PROBE_S", 0.1)
    with socket.socket(socket.AF_UNIX) as stopped, ExitStack() as stack:
        stopped.bind(str(path))
        stopped.listen(0)
        for _place in range(2):
            line = stack.enter_context(socket.socket(socket.AF_UNIX))
            line.setblocking(False)
            line.connect_ex(str(path))
        with pytest.raises(Busy, match="Another server listens"):
            listen(path)


def test_a_socket_of_another_kind_stays(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(str(path))
        with pytest.raises(InputError, match="another kind"):
            listen(path)


def test_what_is_no_socket_stays(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("kept")
    path.symlink_to(other)
    for taken in (path, other, tmp_path):
        with pytest.raises(InputError, match="is not a socket"):
            listen(taken)
    assert other.read_text() == "kept" and path.is_symlink()


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_may_change_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(InputError, match="Others may write"):
        listen(folder / "s")


def test_a_path_too_long_for_a_socket_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No socket can be made"):
        listen(tmp_path / ("s" * 200))
