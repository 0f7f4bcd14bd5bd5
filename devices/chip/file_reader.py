"""Reading the files of a chip (ISO/IEC 7816-4, 7.2): swift where the chip allows it, cautious where it does not.

- Files, their identifiers and sizes are those of Doc 9303-10, 3.11 and 4.6.
- Swift: by short identifier, as much at a time as fits into a response, the first piece before the length is known.
- Cautious: the file is selected, its header is read, then exactly what it says, in short responses.
- How long responses may be is what EF.ATR/INFO says, else found out while nothing can break yet. Many chips take long
  lengths without saying so. A plain command that asks for a long response does no harm: a chip that does not know the
  form says that the length is wrong. In an encrypted channel the same question may cost the channel.
- A length is believed up to the file's bound; every response must bring its share, and never more than was asked for:
  a chip that lies or drips ends in ChipMalformed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from data.certificates.malformed import Malformed
from data.certificates.tlv import only
from devices.chip.apdu import MOST_EXPECTED, SHORT_EXPECTED, CommandApdu, ResponseApdu, encode_tlv
from devices.chip.card import Card
from devices.chip.errors import ChipError, ChipMalformed, ChipRefused, ChipSlow, ReadingCancelled
from devices.chip.lds.atr_info import response_limit
from devices.chip.lds.files import COM_TAG, GROUP_TAGS, MOST_BYTES, SOD_TAG
from devices.chip.lds.header import whole_size

_SMALL = 64 * 1024
_PICTURES = frozenset({2, 3, 4, 5, 7, 11, 12})
"""Data groups that may hold pictures."""

_ATR_INFO_SHORT_ID = 0x01
_READ_BINARY, _SHORT_ID_FLAG = 0xB0, 0x80
_KNOWS_THE_FORM = frozenset({0x6A82, 0x6282})
"""Words of a chip that understood the length and found something else to say."""

_READ_BINARY_ODD = 0xB1
_FAR = 0x8000
"""Places from here on need the command that says them in an element."""
_OFFSET, _PIECE = 0x54, 0x53
_PIECE_HEADER = 4
_HEADER_BYTES = 6
_LEAST_PIECE = 64
"""Fewer bytes than this in the middle of a file are no progress."""


@dataclass(frozen=True, slots=True)
class ChipFile:
    """One file."""

    name: str
    file_id: int
    short_id: int
    tag: int
    """Of the one element that it holds."""
    most_bytes: int = _SMALL
    """More than this is refused."""


CARD_ACCESS = ChipFile("EF.CardAccess", 0x011C, 0x1C, 0x31)
CARD_SECURITY = ChipFile("EF.CardSecurity", 0x011D, 0x1D, 0x30)
"""Both belong to no application."""
COM = ChipFile("EF.COM", 0x011E, 0x1E, COM_TAG)
SOD = ChipFile("EF.SOD", 0x011D, 0x1D, SOD_TAG)
DATA_GROUPS = {
    number: ChipFile(f"DG{number}", 0x0100 + number, number, tag, MOST_BYTES if number in _PICTURES else _SMALL)
    for number, tag in GROUP_TAGS.items()
}
"""Data groups by number."""


def find_response_limit(card: Card) -> int:
    """256 to 65,536 bytes; the master file must be selected and the channel plain."""
    response = card.send(CommandApdu(0, _READ_BINARY, _SHORT_ID_FLAG | _ATR_INFO_SHORT_ID, 0, expected=SHORT_EXPECTED))
    if response.status.ok or response.status.warns_of_end:
        return response_limit(response.data)
    try:
        tried = card.send(
            CommandApdu(0, _READ_BINARY, _SHORT_ID_FLAG | CARD_ACCESS.short_id, 0, expected=MOST_EXPECTED)
        )
    except (ChipSlow, ReadingCancelled):
        raise
    except ChipError:
        # Some readers fail over a long command or begin with the chip anew. A chip that has gone says so next.
        card.select_master_file()
        return SHORT_EXPECTED
    return MOST_EXPECTED if tried.status.ok or tried.status.word in _KNOWS_THE_FORM else SHORT_EXPECTED


class ReadMode(Enum):
    """How files are read."""

    SWIFT = "swift"
    CAUTIOUS = "cautious"


@dataclass(frozen=True, slots=True)
class FileReadProgress:
    """How far the reading of a file has come."""

    file: str
    bytes_read: int
    total: int


ProgressListener = Callable[[FileReadProgress], None]


class FileReader:
    """Reads the files of one chip, and keeps to the cautious mode once the swift one has failed."""

    def __init__(self, card: Card, mode: ReadMode = ReadMode.SWIFT, watcher: ProgressListener | None = None) -> None:
        self._card = card
        self._mode = mode
        self._watcher = watcher

    def read(self, file: ChipFile) -> bytes:
        """The whole file, which is one element with the file's tag.

        Raises:
            ChipRefused when the chip does not give it, ChipMalformed when it is not what it should be; what
            `Card.send` raises.
        """
        if self._mode is ReadMode.CAUTIOUS:
            return self._read_rest(file, self._select(file))
        first = self._read_by_short_id(file)
        if first is None:
            first = self._select(file)
            self._mode = ReadMode.CAUTIOUS
        return self._read_rest(file, first)

    def _read_by_short_id(self, file: ChipFile) -> bytes | None:
        """The first piece; None where the chip does not read so."""
        expected = min(self._card.most_data, file.most_bytes)
        return _response_data(
            self._card.send(CommandApdu(0, _READ_BINARY, _SHORT_ID_FLAG | file.short_id, 0, expected=expected)),
            expected,
            file,
        )

    def _select(self, file: ChipFile) -> bytes:
        self._card.select_file(file.file_id, file.name)
        command = CommandApdu(0, _READ_BINARY, 0, 0, expected=_HEADER_BYTES)
        response = self._card.send(command)
        first = _response_data(response, _HEADER_BYTES, file)
        if first is None:
            raise ChipRefused(response.status, f"The chip does not give {file.name}")
        return first

    def _read_rest(self, file: ChipFile, first: bytes) -> bytes:
        total = _size(file, first)
        data = bytearray(first[:total])
        self._tell(file, len(data), total)
        while len(data) < total:
            data += self._read_piece(file, len(data), total - len(data))
            self._tell(file, len(data), total)
        try:
            only(bytes(data), file.tag, file.name)
        except Malformed as problem:
            raise ChipMalformed(problem.what) from problem
        return bytes(data)

    def _read_piece(self, file: ChipFile, at: int, left: int) -> bytes:
        limit = self._card.most_data
        if self._mode is ReadMode.CAUTIOUS:
            limit = min(limit, SHORT_EXPECTED)
        if at < _FAR:
            expected = min(left, limit)
            response = self._card.send(CommandApdu(0, _READ_BINARY, at >> 8, at & 0xFF, expected=expected))
            piece = _response_data(response, expected, file)
        else:
            expected = min(left, limit - _PIECE_HEADER)
            place = encode_tlv(_OFFSET, at.to_bytes(3 if at > 0xFFFF else 2, "big"))
            response = self._card.send(CommandApdu(0, _READ_BINARY_ODD, 0, 0, place, expected + _PIECE_HEADER))
            piece = _far_response_data(response, expected, file)
        if piece is None:
            raise ChipRefused(response.status, f"The chip breaks off {file.name} at {at} bytes")
        if len(piece) < min(expected, _LEAST_PIECE):
            raise ChipMalformed(f"{file.name} says it has {at + left} bytes, and the chip gives {at + len(piece)}")
        return piece

    def _tell(self, file: ChipFile, bytes_read: int, total: int) -> None:
        if self._watcher is not None:
            self._watcher(FileReadProgress(file.name, bytes_read, total))


def _response_data(response: ResponseApdu, expected: int, file: ChipFile) -> bytes | None:
    """What a response brings; None where the chip refused."""
    if not (response.status.ok or response.status.warns_of_end):
        return None
    if len(response.data) > expected:
        raise ChipMalformed(f"The chip gives more of {file.name} than it was asked for")
    return response.data


def _far_response_data(response: ResponseApdu, expected: int, file: ChipFile) -> bytes | None:
    if not (response.status.ok or response.status.warns_of_end):
        return None
    try:
        piece = only(response.data, _PIECE, file.name)
    except Malformed as problem:
        raise ChipMalformed(problem.what) from problem
    return _response_data(ResponseApdu(piece, response.status), expected, file)


def _size(file: ChipFile, first: bytes) -> int:
    try:
        total = whole_size(first, file.tag, file.name)
    except Malformed as problem:
        raise ChipMalformed(problem.what) from problem
    if total > file.most_bytes:
        raise ChipMalformed(f"{file.name} says it has {total} bytes; at most {file.most_bytes} are taken")
    return total
