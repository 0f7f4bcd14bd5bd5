"""`waypost counter serve`: other programs of this machine screen and decide through a socket (docs/programs.md)."""

import grp
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from appliance.counter.counter import Counter
from appliance.people.program_access import RosterPrograms
from data.errors import Denied, InputError
from data.kit.home import KitHome
from data.text import _
from ui.options import kit_home_option, passphrase_option, read_passphrase
from ui.service.program_lines import ProgramHello
from ui.service.program_session import ProgramSession, ScreeningPool
from ui.service.socket_server import PeerProcess, SocketServer, listen
from ui.text.help import group, option
from ui.text.translation import say
from ui.wiring import ChipReaderChoice, counter_of, people_of

_WORKERS, _PLACES = 4, 32


@group(help=_("Let other programs of this machine screen."))
def counter() -> None:
    pass


@counter.command(
    "serve",
    help=_(
        "Answer other programs at a socket until SIGTERM.\n\n"
        "A program proves itself with the service number and the credential that headquarters gave it, and names the "
        "officer in whose name it asks. Each line is a JSON object and is answered with a line."
    ),
    examples=["waypost counter serve --home /var/lib/waypost --socket /run/waypost/socket"],
)
@kit_home_option
@passphrase_option
@option("--socket", "path", required=True, type=Path, help=_("Where the socket is made; only this user may use it."))
@option("--group", help=_("Members of this group may use the socket too."))
def serve_command(home: Path, passphrase_file: Path | None, path: Path, group: str | None) -> int:
    kit = KitHome.open(home, read_passphrase(passphrase_file), "check")
    with closing(counter_of(kit, ChipReaderChoice(""))) as service, ThreadPoolExecutor(_WORKERS) as workers:
        service.refresh_access()
        service.prepare()
        greet = _Greeter(service, people_of(service).programs, ScreeningPool(workers, _PLACES)).greet
        listener = listen(path, _group_number(group))
        server = SocketServer(listener, greet, admit_others=lambda _uid: group is not None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: server.close())
        say(_("Programs can connect at {path}.", path=path), to_stderr=True)
        try:
            server.serve()
        finally:
            listener.remove_path()
    return 0


class _Greeter:
    """Lets programs in, and records each that came or was refused."""

    def __init__(self, service: Counter, access: RosterPrograms, pool: ScreeningPool) -> None:
        self._service = service
        self._access = access
        self._pool = pool

    def greet(self, hello: ProgramHello, peer: PeerProcess) -> ProgramSession:
        """Denied where the program did not prove who it is; the record then has the number, if it is a program's."""
        try:
            program = self._access.program_actor(hello.program, hello.credential)
        except (Denied, InputError):
            self._record(self._access.find_program(hello.program), "refused", peer)
            raise
        self._record(program.number, "connected", peer)
        return ProgramSession(self._service, self._access, program, self._pool)

    def _record(self, number: str, outcome: str, peer: PeerProcess) -> None:
        detail = {"uid": peer.uid, "pid": peer.pid}
        self._service.journal.record("program", self._service.now(), number, outcome, detail)


def _group_number(name: str | None) -> int | None:
    if name is None:
        return None
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise InputError(_("There is no group {name}", name=name), do=_("Name a group of this machine")) from error
