"""SELECT and READ BINARY (Doc 9303-10, 3.6; ISO/IEC 7816-4, 11.1.1 and 11.2.3)."""

from collections.abc import Mapping

from devices.simulated.chip.answering.apdu import EXTENDED, SHORT, Answer, Command
from devices.simulated.chip.answering.objects import objects
from devices.simulated.chip.answering.session import Place, Session
from devices.simulated.chip.answering.status import Refusal, Status
from devices.simulated.chip.elements import element
from devices.simulated.chip.faults import Fault
from devices.simulated.chip.personal.card import ATR_INFO, CARD_ACCESS, CARD_SECURITY, COM, GROUP_FILES, SOD

APPLICATION = bytes.fromhex("A0000002471001")
_MASTER_FILE = 0x3F00
_BY_IDENTIFIER, _BY_NAME, _IN_APPLICATION = (0x00, 0x04, 0x02)
_NO_ANSWER = 0x0C
_SHORT_IDENTIFIER = 0x80
_OFFSET, _CONTENT = 0x54, 0x53
_CLOSED = (GROUP_FILES[3], GROUP_FILES[4])
"""Opened by terminal authentication alone."""
_SHORT = {
    Place.MASTER: {0x01: ATR_INFO, 0x1C: CARD_ACCESS, 0x1D: CARD_SECURITY},
    Place.APPLICATION: {0x1E: COM, 0x1D: SOD} | {number: file for number, file in GROUP_FILES.items()},
}


def select(session: Session, command: Command) -> Answer:
    """An application by its name, a file by its identifier, the master file."""
    if command.p1 == _BY_NAME:
        if not command.data or not APPLICATION.startswith(command.data) or len(command.data) < 5:
            raise Refusal(Status.NO_SUCH_FILE)
        session.place, session.file = Place.APPLICATION, None
        return _described(command, element(0x84, APPLICATION))
    if command.p1 not in (_BY_IDENTIFIER, _IN_APPLICATION) or len(command.data) not in (0, 2):
        raise Refusal(Status.BAD_PARAMETERS)
    identifier = int.from_bytes(command.data, "big") if command.data else _MASTER_FILE
    if identifier == _MASTER_FILE:
        session.place, session.file = Place.MASTER, None
        return _described(command, element(0x83, b"\x3f\x00"))
    content = _permitted(session, identifier)
    session.file = identifier
    return _described(command, element(0x80, len(content).to_bytes(4, "big")), element(0x83, command.data))


def read_binary(session: Session, command: Command) -> Answer:
    """B0: by offset, in the file selected or, by short identifier, in another that is selected with it."""
    if command.data or command.le is None:
        raise Refusal(Status.WRONG_LENGTH)
    offset = command.parameters
    if command.p1 & _SHORT_IDENTIFIER:
        _select_short(session, command.p1 & 0x7F)
        offset = command.p2
    return _read(session, offset, command.le, command)


def read_binary_odd(session: Session, command: Command) -> Answer:
    """B1: the offset in a data object, and the content in another; for files beyond 32,767 bytes."""
    if command.le is None:
        raise Refusal(Status.WRONG_LENGTH)
    where = objects(command.data)
    if list(where) != [_OFFSET] or not 0 < len(where[_OFFSET]) <= 4:
        raise Refusal(Status.BAD_DATA)
    if command.parameters and command.parameters < 0x20:
        _select_short(session, command.p2)
    elif command.parameters:
        _permitted(session, command.parameters)
        session.file = command.parameters
    around = 2 if command.le < 0x82 else 3 if command.le < 0x103 else 4
    if command.le <= around:
        raise Refusal(Status.WRONG_LENGTH)
    got = _read(session, int.from_bytes(where[_OFFSET], "big"), command.le - around, command)
    return Answer(element(_CONTENT, got.data), got.status)


def _read(session: Session, offset: int, le: int, command: Command) -> Answer:
    if session.file is None:
        raise Refusal(Status.NO_FILE_SELECTED)
    content = _permitted(session, session.file)
    profile = session.card.profile
    if profile.has(Fault.EMPTY_READS):
        return Answer()
    if profile.has(Fault.ENDLESS_FILE):
        content += bytes(max(0, offset + le - len(content)))
    if offset >= len(content):
        raise Refusal(Status.BEYOND_END)
    left = len(content) - offset
    if profile.lengths == "exact" and left < le < command.longest:
        raise Refusal(0x6C00 | (left & 0xFF))
    count = min(le, profile.longest_read, command.longest)
    status = Status.END_OF_FILE if left < count and command.le not in (SHORT, EXTENDED) else Status.OK
    return Answer(content[offset : offset + count], status)


def _select_short(session: Session, identifier: int) -> None:
    found = _SHORT[session.place].get(identifier)
    if found is None:
        raise Refusal(Status.NO_SUCH_FILE)
    _permitted(session, found)
    session.file = found


def _permitted(session: Session, identifier: int) -> bytes:
    """The content of a file that may be used now; Refusal NO_SUCH_FILE, NOT_ALLOWED."""
    files: Mapping[int, bytes] = session.card.application
    if session.place is Place.MASTER:
        files = session.card.master
    if identifier not in files:
        raise Refusal(Status.NO_SUCH_FILE)
    public = session.place is Place.MASTER and identifier != CARD_SECURITY
    if not public and not session.opened:
        raise Refusal(Status.NOT_ALLOWED)
    if session.place is Place.APPLICATION and identifier in _CLOSED:
        raise Refusal(Status.NOT_ALLOWED)
    return files[identifier]


def _described(command: Command, *parts: bytes) -> Answer:
    """File control information, unless the terminal does not want any."""
    wanted = command.p2 & _NO_ANSWER != _NO_ANSWER and command.le is not None
    return Answer(element(0x6F, *parts)) if wanted else Answer()
