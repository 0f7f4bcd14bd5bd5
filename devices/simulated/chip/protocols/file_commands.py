"""SELECT and READ BINARY from the chip's side (Doc 9303-10, 3.6; ISO/IEC 7816-4, 11.1.1 and 11.2.3)."""

from collections.abc import Mapping

from devices.simulated.chip.personalisation.card import ATR_INFO, CARD_ACCESS, CARD_SECURITY, COM, GROUP_FILES, SOD
from devices.simulated.chip.profile import ChipFault
from devices.simulated.chip.protocols.apdu import (
    EXTENDED,
    SHORT,
    SimulatedCommand,
    SimulatedRefusal,
    SimulatedResponse,
    SimulatedStatus,
    read_objects,
)
from devices.simulated.chip.protocols.session import CurrentDirectory, SimulatedSession
from devices.simulated.chip.tlv_writer import encode_element

APPLICATION = bytes.fromhex("A0000002471001")
_MASTER_FILE = 0x3F00
_BY_IDENTIFIER, _BY_NAME, _IN_APPLICATION = (0x00, 0x04, 0x02)
_NO_ANSWER = 0x0C
_SHORT_IDENTIFIER = 0x80
_OFFSET, _CONTENT = 0x54, 0x53
_CLOSED = (GROUP_FILES[3], GROUP_FILES[4])
"""Files that only terminal authentication opens."""
_SHORT = {
    CurrentDirectory.MASTER: {0x01: ATR_INFO, 0x1C: CARD_ACCESS, 0x1D: CARD_SECURITY},
    CurrentDirectory.APPLICATION: {0x1E: COM, 0x1D: SOD} | {number: file for number, file in GROUP_FILES.items()},
}


def select(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """An application by its name, a file by its identifier, the master file."""
    if session.card.profile.select == "with_information" and command.p2 & _NO_ANSWER == _NO_ANSWER:
        raise SimulatedRefusal(SimulatedStatus.BAD_PARAMETERS)
    if command.p1 == _BY_NAME:
        if not command.data or not APPLICATION.startswith(command.data) or len(command.data) < 5:
            raise SimulatedRefusal(SimulatedStatus.NO_SUCH_FILE)
        session.directory, session.file = CurrentDirectory.APPLICATION, None
        return _describe_file(command, encode_element(0x84, APPLICATION))
    if command.p1 not in (_BY_IDENTIFIER, _IN_APPLICATION) or len(command.data) not in (0, 2):
        raise SimulatedRefusal(SimulatedStatus.BAD_PARAMETERS)
    identifier = int.from_bytes(command.data, "big") if command.data else _MASTER_FILE
    if identifier == _MASTER_FILE:
        session.directory, session.file = CurrentDirectory.MASTER, None
        return _describe_file(command, encode_element(0x83, b"\x3f\x00"))
    content = _permitted_content(session, identifier)
    session.file = identifier
    return _describe_file(
        command, encode_element(0x80, len(content).to_bytes(4, "big")), encode_element(0x83, command.data)
    )


def read_binary(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """B0: by offset, in the file selected or, by short identifier, in another that is selected with it."""
    if command.data or command.le is None:
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    offset = command.parameters
    if command.p1 & _SHORT_IDENTIFIER:
        _select_short(session, command.p1 & 0x7F)
        offset = command.p2
    return _read(session, offset, command.le, command)


def read_binary_odd(session: SimulatedSession, command: SimulatedCommand) -> SimulatedResponse:
    """B1: the offset in a data object, and the content in another; for files beyond 32,767 bytes."""
    if command.le is None:
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    where = read_objects(command.data)
    if list(where) != [_OFFSET] or not 0 < len(where[_OFFSET]) <= 4:
        raise SimulatedRefusal(SimulatedStatus.BAD_DATA)
    if command.parameters and command.parameters < 0x20:
        _select_short(session, command.p2)
    elif command.parameters:
        _permitted_content(session, command.parameters)
        session.file = command.parameters
    around = 2 if command.le < 0x82 else 3 if command.le < 0x103 else 4
    if command.le <= around:
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    got = _read(session, int.from_bytes(where[_OFFSET], "big"), command.le - around, command)
    return SimulatedResponse(encode_element(_CONTENT, got.data), got.status)


def _read(session: SimulatedSession, offset: int, le: int, command: SimulatedCommand) -> SimulatedResponse:
    if session.file is None:
        raise SimulatedRefusal(SimulatedStatus.NO_FILE_SELECTED)
    content = _permitted_content(session, session.file)
    profile = session.card.profile
    if profile.has(ChipFault.EMPTY_READS):
        return SimulatedResponse()
    if profile.has(ChipFault.ENDLESS_FILE):
        content += bytes(max(0, offset + le - len(content)))
    if offset >= len(content):
        raise SimulatedRefusal(SimulatedStatus.BEYOND_END)
    if profile.lengths == "refused" and le > profile.longest_read:
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    left = len(content) - offset
    if profile.lengths == "exact" and left < le < command.longest:
        raise SimulatedRefusal(0x6C00 | (left & 0xFF))
    count = min(le, profile.longest_read, command.longest)
    status = SimulatedStatus.END_OF_FILE if left < count and command.le not in (SHORT, EXTENDED) else SimulatedStatus.OK
    return SimulatedResponse(content[offset : offset + count], status)


def _select_short(session: SimulatedSession, identifier: int) -> None:
    file = _SHORT[session.directory].get(identifier)
    if file is None:
        raise SimulatedRefusal(SimulatedStatus.NO_SUCH_FILE)
    _permitted_content(session, file)
    session.file = file


def _permitted_content(session: SimulatedSession, identifier: int) -> bytes:
    """The content of a file that may be used now; SimulatedRefusal NO_SUCH_FILE, NOT_ALLOWED."""
    files: Mapping[int, bytes] = session.card.application
    if session.directory is CurrentDirectory.MASTER:
        files = session.card.master
    if identifier not in files:
        raise SimulatedRefusal(SimulatedStatus.NO_SUCH_FILE)
    public = session.directory is CurrentDirectory.MASTER and identifier != CARD_SECURITY
    if not public and not session.is_open:
        raise SimulatedRefusal(SimulatedStatus.NOT_ALLOWED)
    if session.directory is CurrentDirectory.APPLICATION and identifier in _CLOSED:
        raise SimulatedRefusal(SimulatedStatus.NOT_ALLOWED)
    return files[identifier]


def _describe_file(command: SimulatedCommand, *parts: bytes) -> SimulatedResponse:
    """File control information, unless the terminal does not want any."""
    wanted = command.p2 & _NO_ANSWER != _NO_ANSWER and command.le is not None
    return SimulatedResponse(encode_element(0x6F, *parts)) if wanted else SimulatedResponse()
