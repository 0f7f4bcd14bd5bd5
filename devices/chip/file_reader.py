"""Reads the files of a chip (ISO/IEC 7816-4, 7.2): in swift mode if the chip allows it, else in cautious mode.

- Files, their identifiers and sizes are those of Doc 9303-10, 3.11 and 4.6.
- Swift: by short identifier, as many bytes at a time as fit into a response, and the first piece before the length is
  known.
- Cautious: the file is selected, its header is read, then exactly the length in the header, in short responses.
- EF.ATR/INFO says how long responses may be; without it, that is tried before there is a channel to lose. Many chips
  accept long lengths without saying so. A plain command for a long response does no harm: a chip that does not support
  it answers that the length is wrong. In an encrypted channel, the same command may end the channel.
- If the chip refuses a length or gives nothing, shorter ones are asked for (many chips give at most 160 to 224 bytes at
  a time). The first that it accepts is the longest for all files from then on.
- A length is believed up to the file's bound. Every response must bring its share and no more than was asked for: a
  chip that lies or sends byte by byte ends in ChipMalformed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from data.certificates.malformed import Malformed
from data.certificates.tlv import only
from data.text import _
from devices.chip.apdu import MOST_EXPECTED, SHORT_EXPECTED, CommandApdu, ResponseApdu, encode_tlv
from devices.chip.card import Card
from devices.chip.errors import (
    ChipError,
    ChipMalformed,
    ChipRefused,
    ChipSlow,
    FileCut,
    ReadingCancelled,
    ReadingStopped,
)
from devices.chip.lds.atr_info import response_limit
from devices.chip.lds.files import COM_TAG, GROUP_TAGS, MOST_BYTES, SOD_TAG
from devices.chip.lds.header import whole_size

_SMALL = 64 * 1024
_PICTURES = frozenset({2, 3, 4, 5, 7, 11, 12})
"""Data groups that may hold pictures."""

_ATR_INFO_SHORT_ID = 0x01
_READ_BINARY, _SHORT_ID_FLAG = 0xB0, 0x80
_KNOWS_THE_FORM = frozenset({0x6A82, 0x6282})
"""Answers of a chip that accepted the length and refused for another reason."""

_READ_BINARY_ODD = 0xB1
_FAR = 0x8000
"""Offsets from here on need the command with the offset in a data object."""
_OFFSET, _PIECE = 0x54, 0x53
_PIECE_HEADER = 4
_HEADER_BYTES = 6
_SHORTER = (224, 192, 160, 128, 96, 64)
"""Lengths to ask for after a refused one, besides the longest of a short response."""
_LEAST_PIECE = 64
"""Fewer bytes than this in the middle of a file do not count as progress."""


@dataclass(frozen=True, slots=True)
class ChipFile:
    """One file."""

    name: str
    file_id: int
    short_id: int
    tag: int
    """Tag of the one element in the file."""
    most_bytes: int = _SMALL
    """More than this is refused."""


CARD_ACCESS = ChipFile("EF.CardAccess", 0x011C, 0x1C, 0x31)
CARD_SECURITY = ChipFile("EF.CardSecurity", 0x011D, 0x1D, 0x30)
"""Both are outside all applications."""
COM = ChipFile("EF.COM", 0x011E, 0x1E, COM_TAG)
SOD = ChipFile("EF.SOD", 0x011D, 0x1D, SOD_TAG)
DATA_GROUPS = {
    number: ChipFile(f"DG{number}", 0x0100 + number, number, tag, MOST_BYTES if number in _PICTURES else _SMALL)
    for number, tag in GROUP_TAGS.items()
}
"""Data groups by number."""


def find_response_limit(card: Card) -> int:
    """The longest response of the chip, 256 to 65,536 bytes; the master file must be selected, without a channel."""
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
        # Some readers fail on a long command, or reset the chip. If the chip is gone, the next command shows it.
        card.select_master_file()
        return SHORT_EXPECTED
    return MOST_EXPECTED if tried.status.ok or tried.status.word in _KNOWS_THE_FORM else SHORT_EXPECTED


class ReadMode(Enum):
    """How files are read."""

    SWIFT = "swift"
    CAUTIOUS = "cautious"


@dataclass(frozen=True, slots=True)
class FileReadProgress:
    """How much of a file has been read."""

    file: str
    bytes_read: int
    total: int


ProgressListener = Callable[[FileReadProgress], None]


class FileReader:
    """Reads the files of one chip; stays in cautious mode once the swift one has failed."""

    def __init__(self, card: Card, mode: ReadMode = ReadMode.SWIFT, watcher: ProgressListener | None = None) -> None:
        self._card = card
        self._mode = mode
        self._watcher = watcher

    def read(self, file: ChipFile) -> bytes:
        """The whole file, which is one element with the file's tag.

        Raises:
            ChipRefused if the chip does not give it, ChipMalformed if its structure is wrong; what `Card.send` raises.
        """
        if self._mode is ReadMode.CAUTIOUS:
            return self._read_rest(file, self._select(file))
        first = self._read_by_short_id(file)
        if first is None:
            first = self._select(file)
            self._mode = ReadMode.CAUTIOUS
        return self._read_rest(file, first)

    def _read_by_short_id(self, file: ChipFile) -> bytes | None:
        """The first piece; None if the chip does not support this."""
        expected = min(self._card.most_data, file.most_bytes)
        response, expected = self._read_binary(
            lambda length: CommandApdu(0, _READ_BINARY, _SHORT_ID_FLAG | file.short_id, 0, expected=length), expected
        )
        return _response_data(response, expected, file)

    def _read_binary(self, command: Callable[[int], CommandApdu], expected: int) -> tuple[ResponseApdu, int]:
        """The response to the longest command that the chip accepts, of at most `expected` bytes; and that length."""
        response = self._card.send(command(expected))
        lengths = sorted({self._card.room(SHORT_EXPECTED), *_SHORTER}, reverse=True)
        for shorter in (length for length in lengths if length < expected):
            if not (response.status.refuses_length or _is_empty(response)):
                break
            expected = shorter
            response = self._card.send(command(expected))
            if response.data:
                self._card.read_limit = expected
        return response, expected

    def _select(self, file: ChipFile) -> bytes:
        self._card.select_file(file.file_id, file.name)
        command = CommandApdu(0, _READ_BINARY, 0, 0, expected=_HEADER_BYTES)
        response = self._card.send(command)
        first = _response_data(response, _HEADER_BYTES, file)
        if first is None:
            raise ChipRefused(response.status, _("The chip does not give {name}", name=file.name))
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
            response, expected = self._read_binary(
                lambda length: CommandApdu(0, _READ_BINARY, at >> 8, at & 0xFF, expected=length), min(left, limit)
            )
            piece = _response_data(response, expected, file)
        else:
            place = encode_tlv(_OFFSET, at.to_bytes(3 if at > 0xFFFF else 2, "big"))
            response, whole = self._read_binary(
                lambda length: CommandApdu(0, _READ_BINARY_ODD, 0, 0, place, length), min(left + _PIECE_HEADER, limit)
            )
            expected = whole - _PIECE_HEADER
            piece = _far_response_data(response, expected, file)
        if piece is None:
            raise ReadingStopped(
                response.status, _("The chip stopped giving {name} after {bytes} bytes", name=file.name, bytes=at)
            )
        if len(piece) < min(expected, _LEAST_PIECE):
            says = _(
                "{name} should have {expected} bytes, but the chip gives {bytes}",
                name=file.name,
                expected=at + left,
                bytes=at + len(piece),
            )
            raise FileCut(says) if response.status.warns_of_end else ChipMalformed(says)
        return piece

    def _tell(self, file: ChipFile, bytes_read: int, total: int) -> None:
        if self._watcher is not None:
            self._watcher(FileReadProgress(file.name, bytes_read, total))


def _is_empty(response: ResponseApdu) -> bool:
    return response.status.ok and not response.data


def _response_data(response: ResponseApdu, expected: int, file: ChipFile) -> bytes | None:
    """The data of a response; None if the chip refused."""
    if not (response.status.ok or response.status.warns_of_end):
        return None
    if len(response.data) > expected:
        raise ChipMalformed(_("The chip gives more of {name} than was asked for", name=file.name))
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
        raise ChipMalformed(
            _(
                "{name} has {bytes} bytes; at most {most} are read",
                name=file.name,
                bytes=total,
                most=file.most_bytes,
            )
        )
    return total
