"""Status words a chip ends its answers with (ISO/IEC 7816-4, 5.1.3)."""

from enum import IntEnum


class Status(IntEnum):
    """SW1 and SW2."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    """Fewer bytes than were asked for."""
    NOT_AUTHENTICATED = 0x6300
    WRONG_LENGTH = 0x6700
    NO_CHANNELS = 0x6881
    LAST_OF_CHAIN = 0x6883
    NOT_ALLOWED = 0x6982
    BLOCKED = 0x6983
    NOT_NOW = 0x6985
    """Conditions of use are not satisfied."""
    NO_FILE_SELECTED = 0x6986
    NO_SECURE_OBJECTS = 0x6987
    BAD_SECURE_OBJECTS = 0x6988
    BAD_DATA = 0x6A80
    NO_SUCH_FILE = 0x6A82
    BAD_PARAMETERS = 0x6A86
    NO_SUCH_KEY = 0x6A88
    BEYOND_END = 0x6B00
    UNKNOWN_COMMAND = 0x6D00
    UNKNOWN_CLASS = 0x6E00


class Refusal(Exception):
    """The chip does not do what it was asked."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"{status:04X}")
