"""What a chip's status word says (ISO/IEC 7816-4, 5.6; Doc 9303-10, 3.6; BSI TR-03110-3, B)."""

from dataclasses import dataclass

_SAYS = {
    0x6200: "it gives no reason, nothing was changed",
    0x6281: "what it gave may be damaged",
    0x6282: "the file ended before the length that was asked for",
    0x6283: "the file is switched off",
    0x6300: "it did not accept the key",
    0x6600: "it suspects an attack",
    0x6700: "the length is wrong",
    0x6882: "it knows no encrypted channel",
    0x6883: "it expected the last command of a chain",
    0x6982: "access is not allowed",
    0x6983: "the key is blocked",
    0x6984: "the data cannot be used",
    0x6985: "the command is not allowed now",
    0x6986: "there is no file to read from",
    0x6987: "it misses a part of the encrypted command",
    0x6988: "a part of the encrypted command is wrong",
    0x6A80: "the data of the command are wrong",
    0x6A81: "it does not have this function",
    0x6A82: "there is no such file",
    0x6A86: "the parameters of the command are wrong",
    0x6A88: "there is no such key",
    0x6B00: "the place lies beyond the end of the file",
    0x6D00: "it does not know the command",
    0x6E00: "it does not know the class of the command",
    0x6F00: "it failed and gives no reason",
    0x9000: "done",
}


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A status word."""

    word: int

    @property
    def ok(self) -> bool:
        """Whether the command was carried out in full."""
        return self.word == 0x9000

    @property
    def warns_of_end(self) -> bool:
        """Whether all was given that the file holds, which is less than was asked for."""
        return self.word == 0x6282

    @property
    def tries_left(self) -> int | None:
        """How many more tries there are, in a word that counts them (63Cx)."""
        return self.word & 0xF if self.word & 0xFFF0 == 0x63C0 else None

    @property
    def more_bytes(self) -> int | None:
        """How many bytes wait to be fetched, 256 or more as 256, in a word that says so (61xx)."""
        return (self.word & 0xFF or 256) if self.word >> 8 == 0x61 else None

    @property
    def right_length(self) -> int | None:
        """The length that should have been asked for, in a word that says so (6Cxx)."""
        return (self.word & 0xFF or 256) if self.word >> 8 == 0x6C else None

    def __str__(self) -> str:
        if self.tries_left is not None:
            says = f"it did not accept the key, {self.tries_left} tries are left"
        elif self.right_length is not None:
            says = "it wants another length each time"
        else:
            says = _SAYS.get(self.word, "no standard explains this word")
        return f"{says} ({self.word:04X})"


OK = StatusWord(0x9000)
