"""Which characters the keys of a keyboard mean, by layout (key codes: linux/input-event-codes.h).

A row is a first key code, the characters of the keys from there on, and the same keys with shift.
"""

from collections.abc import Iterator

Row = tuple[int, str, str]
Keys = dict[int, tuple[str, str]]
"""Key code to its character alone and with shift."""

_EVERYWHERE: tuple[Row, ...] = (
    (15, "\t", "\t"),
    (28, "\r", "\r"),
    (57, " ", " "),
    (71, "789", "789"),
    (74, "-", "-"),
    (75, "456", "456"),
    (78, "+1230.", "+1230."),
    (86, "<", ">"),
    (96, "\r", "\r"),
)
_ROWS: dict[str, tuple[Row, ...]] = {
    "us": (
        (2, "1234567890-=", "!@#$%^&*()_+"),
        (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    ),
    "de": (
        (2, "1234567890ß´", '!"§$%&/()=?`'),
        (16, "qwertzuiopü+", "QWERTZUIOPÜ*"),
        (30, "asdfghjklöä^", "ASDFGHJKLÖÄ°"),
        (43, "#yxcvbnm,.-", "'YXCVBNM;:_"),
    ),
    "fr": (
        (2, "&é\"'(-è_çà)=", "1234567890°+"),
        (16, "azertyuiop^$", "AZERTYUIOP¨£"),
        (30, "qsdfghjklmù²", "QSDFGHJKLM%²"),
        (43, "*wxcvbn,;:!", "µWXCVBN?./§"),
    ),
}


def _keys(rows: tuple[Row, ...]) -> Iterator[tuple[int, tuple[str, str]]]:
    for first, alone, shifted in (*_EVERYWHERE, *rows):
        for place, pair in enumerate(zip(alone, shifted, strict=True)):
            yield first + place, pair


LAYOUTS: dict[str, Keys] = {name: dict(_keys(rows)) for name, rows in _ROWS.items()}
"""Values of the setting `layout`."""
