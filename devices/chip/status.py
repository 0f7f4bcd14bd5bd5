"""What a chip's status word means (ISO/IEC 7816-4, 5.6; Doc 9303-10, 3.6; BSI TR-03110-3, B)."""

from dataclasses import dataclass

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
_FAILURES = frozenset({0x64, 0x65, 0x66, 0x68, 0x6F})
"""First bytes of words about the chip's own state, and about functions that the class of the command names."""
_FORM_WRONG = frozenset({0x6987, 0x6988, 0x6A86, 0x6A87, 0x6B00, 0x6D00, 0x6E00})
_FORBIDDEN = 0x6982
_NOT_STANDARD = _("no standard explains this answer")


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A status word."""

    word: int

    @property
    def is_standard(self) -> bool:
        """Whether it is a status word at all, and not two bytes of something else (ISO/IEC 7816-3, 10.3.3)."""
        return self.word >> 12 in (0x6, 0x9) and self.word >> 8 != 0x60

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
    def is_about_form(self) -> bool:
        """Whether the chip failed, or objects to the command's form: then it says nothing of what was asked for."""
        return self.refuses_length or self.word >> 8 in _FAILURES or self.word in _FORM_WRONG

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
