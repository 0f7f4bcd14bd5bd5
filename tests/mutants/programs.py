"""Controls over programs of the same machine that ask the counter."""

from tests.mutants.mutant import Mutant

_SOCKET = "the counter for programs of the same machine"
_SOCKET_FILE = "ui/service/socket_server.py"
_SOCKET_TESTS = "tests/ui/service/test_socket_server.py"
_SESSION_FILE = "ui/service/program_session.py"
_SESSION_TESTS = "tests/ui/service/test_program_session.py"
_JOURNEYS = "tests/journeys/test_counter_serve.py"

PROGRAMS = (
    Mutant(
        "only this user and the group may connect",
        _SOCKET,
        _SOCKET_FILE,
        "if peer.uid != os.getuid() and not admit_others(peer.uid):",
        "if False:",
        (f"{_SOCKET_TESTS}::test_other_users_are_not_let_in",),
    ),
    Mutant(
        "the mask of the socket's file",
        _SOCKET,
        _SOCKET_FILE,
        "before = os.umask(0o177)",
        "before = os.umask(0)",
        (f"{_SOCKET_TESTS}::test_only_its_user_may_use_the_socket",),
    ),
    Mutant(
        "nobody else can take the socket's place",
        _SOCKET,
        _SOCKET_FILE,
        "    _must_be_closed_folder(path.parent)\n",
        "",
        (f"{_SOCKET_TESTS}::test_a_folder_that_others_may_change_is_refused[511]",),
    ),
    Mutant(
        "a first line must come in time",
        _SOCKET,
        _SOCKET_FILE,
        "self._read_line(monotonic() + HELLO_S)",
        "self._read_line()",
        (f"{_SOCKET_TESTS}::test_a_first_line_that_comes_too_slowly_gives_its_place_back",),
    ),
    Mutant(
        "wrong first lines do not keep their places",
        _SOCKET,
        _SOCKET_FILE,
        "if self._slow.acquire(timeout=HELLO_S):",
        "if self._slow.acquire():",
        (f"{_SOCKET_TESTS}::test_many_wrong_ones_do_not_keep_their_places",),
    ),
    Mutant(
        "what is late and has not begun is not done",
        _SOCKET,
        _SESSION_FILE,
        "            future.cancel()  # what has not begun is never begun: no decision is recorded by surprise\n",
        "",
        (f"{_SESSION_TESTS}::test_what_has_not_begun_at_its_deadline_is_not_begun_later",),
    ),
    Mutant(
        "headquarters' word ends a program's officers",
        _SOCKET,
        _SESSION_FILE,
        "        officer = self._access.act_for(self._program, line.officer)\n",
        "        officer = self._program\n",
        (f"{_JOURNEYS}::test_programs_screen_decide_and_stop_with_the_roster",),
    ),
)  # fmt: skip
