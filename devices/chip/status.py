"""What a chip's status word means (ISO/IEC 7816-4, 5.6; Doc 9303-10, 3.6; BSI TR-03110-3, B).

What a word says of a file or a proof is decided here alone, by its kind (`StatusKind`).
"""

from dataclasses import dataclass
from enum import Enum

from data.text import Message, _, in_context, plural

_SAYS = {
    0x6200: _("it gives no reason, nothing was changed"),
    0x6281: _("its data may be damaged"),
    0x6282: _("the file is shorter than the length that was asked for"),
    0x6283: _("the file is deactivated"),
    0x6300: _("it did not accept the key"),
    0x6600: _("it suspects an attack"),
    0x6700: _("the length is wrong"),
    0x6882: _("it does not support an encrypted channel"),
    0x6883: _("it expected the last command of a chain"),
    0x6982: _("access is not allowed"),
    0x6983: _("the key is blocked"),
    0x6984: _("the data cannot be used"),
    0x6985: _("the command is not allowed now"),
    0x6986: _("there is no file to read from"),
    0x6987: _("a part of the encrypted command is missing"),
    0x6988: _("a part of the encrypted command is wrong"),
    0x6A80: _("the command's data is wrong"),
    0x6A81: _("it does not have this function"),
    0x6A82: _("there is no such file"),
    0x6A86: _("the command's parameters are wrong"),
    0x6A88: _("there is no such key"),
    0x6B00: _("the position is beyond the end of the file"),
    0x6D00: _("it does not know the command"),
    0x6E00: _("it does not know the class of the command"),
    0x6F00: _("it failed and gives no reason"),
    0x9000: in_context("answer of a chip", "done"),
}

_REFUSED_LENGTHS = frozenset({0x6700, 0x6F00})
_FORBIDDEN = 0x6982


class StatusKind(Enum):
    """What a chip's answer is about, and so what it says of a file or of a proof that was asked for."""

    DONE = "done"
    DENIAL = "denial"
    """Security or function: the chip does not have or give what was asked for."""
    OBJECTION = "objection"
    """The form of the command: nothing about a file, which has other forms; but a proof has a command of its own."""
    CHANNEL = "channel"
    """Secure messaging or a key: nothing about a file, nor about another key than the one in use."""
    FAILURE = "failure"
    """Execution, memory, length, state, or a warning: nothing about what was asked for."""
    NO_STATUS = "no status"
    """Two bytes of something else (ISO/IEC 7816-3, 10.3.3)."""


_KINDS_BY_WORD = {
    0x9000: StatusKind.DONE,
    0x6300: StatusKind.OBJECTION,
    0x6986: StatusKind.FAILURE,
    0x6987: StatusKind.CHANNEL,
    0x6988: StatusKind.CHANNEL,
    0x6A84: StatusKind.FAILURE,
    0x6A86: StatusKind.OBJECTION,
    0x6A87: StatusKind.OBJECTION,
}
_KINDS_BY_FIRST_BYTE = {
    0x68: StatusKind.CHANNEL,
    0x69: StatusKind.DENIAL,
    0x6A: StatusKind.DENIAL,
    0x6B: StatusKind.OBJECTION,
    0x6D: StatusKind.OBJECTION,
    0x6E: StatusKind.OBJECTION,
}
"""All other words of a chip are failures."""
_NOT_STANDARD = _("no standard explains this answer")


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A status word."""

    word: int

    @property
    def kind(self) -> StatusKind:
        """What the word is about."""
        if self.word >> 12 not in (0x6, 0x9) or self.word >> 8 == 0x60:
            return StatusKind.NO_STATUS
        by_first_byte = _KINDS_BY_FIRST_BYTE.get(self.word >> 8, StatusKind.FAILURE)
        return _KINDS_BY_WORD.get(self.word, by_first_byte)

    @property
    def denies_file(self) -> bool:
        """Whether the chip says that it does not have or give the file that was asked for."""
        return self.kind is StatusKind.DENIAL

    @property
    def refuses_proof(self) -> bool:
        """Whether the chip says that it does not prove itself."""
        return self.kind in (StatusKind.DENIAL, StatusKind.OBJECTION)

    @property
    def refuses_channel(self) -> bool:
        """Whether the chip says, outside of it, that it does not use a channel whose keys it agreed on."""
        return self.kind not in (StatusKind.FAILURE, StatusKind.NO_STATUS)

    @property
    def ok(self) -> bool:
        """Whether the command was carried out in full."""
        return self.word == 0x9000

    @property
    def warns_of_end(self) -> bool:
        """Whether the chip gave all that the file holds, which is less than was asked for."""
        return self.word == 0x6282

    @property
    def tries_left(self) -> int | None:
        """How many more tries there are, if the word says so (63Cx)."""
        return self.word & 0xF if self.word & 0xFFF0 == 0x63C0 else None

    @property
    def more_bytes(self) -> int | None:
        """How many bytes can be fetched, if the word says so (61xx); 256 stands for 256 or more."""
        return (self.word & 0xFF or 256) if self.word >> 8 == 0x61 else None

    @property
    def right_length(self) -> int | None:
        """The length that should have been asked for, if the word says so (6Cxx)."""
        return (self.word & 0xFF or 256) if self.word >> 8 == 0x6C else None

    @property
    def refuses_length(self) -> bool:
        """Whether a shorter response may be given: wrong length, or a failure as of a buffer that is too small."""
        return self.word in _REFUSED_LENGTHS or self.right_length is not None

    @property
    def forbids_access(self) -> bool:
        """Whether the security status is not enough: for a chip that is open, only another right would help."""
        return self.word == _FORBIDDEN

    @property
    def says(self) -> Message:
        """A clause with the word in hexadecimal: `access is not allowed (6982)`."""
        word = f"{self.word:04X}"
        if self.tries_left is not None:
            return plural(
                "it did not accept the key, {count} try is left ({word})",
                "it did not accept the key, {count} tries are left ({word})",
                self.tries_left,
                word=word,
            )
        if self.right_length is not None:
            return _("it asks for a different length each time ({word})", word=word)
        meaning = _SAYS.get(self.word, _NOT_STANDARD)
        return _("{meaning} ({word})", meaning=meaning, word=word)


OK = StatusWord(0x9000)
