"""Which characters the keys of a keyboard mean, by layout (key codes: linux/input-event-codes.h).

A row is a first key code, the characters of the keys from there on, and the same keys with shift. A dead key stands for
its mark, and a key whose character is not given for `?`. Only those characters with AltGr are given that readers send.
A US keyboard has no key 86: a reader that types its filler there is set to another layout.
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
        (86, "<", ">"),
    ),
    "fr": (
        (2, "&é\"'(-è_çà)=", "1234567890°+"),
        (16, "azertyuiop^$", "AZERTYUIOP¨£"),
        (30, "qsdfghjklmù²", "QSDFGHJKLM%²"),
        (43, "*wxcvbn,;:!", "µWXCVBN?./§"),
        (86, "<", ">"),
    ),
    "gb": (
        (2, "1234567890-=", '!"£$%^&*()_+'),
        (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", "ASDFGHJKL:@¬"),
        (43, "#zxcvbnm,./", "~ZXCVBNM<>?"),
        (86, "\\", "|"),
    ),
    "ch": (
        (2, "1234567890'^", '+"*ç%&/()=?`'),
        (16, "qwertzuiopü¨", "QWERTZUIOPè!"),
        (30, "asdfghjklöä§", "ASDFGHJKLéà°"),
        (43, "$yxcvbnm,.-", "£YXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "be": (
        (2, "&é\"'(§è!çà)-", "1234567890°_"),
        (16, "azertyuiop^$", "AZERTYUIOP¨*"),
        (30, "qsdfghjklmù²", "QSDFGHJKLM%³"),
        (43, "µwxcvbn,;:=", "£WXCVBN?./+"),
        (86, "<", ">"),
    ),
    "it": (
        (2, "1234567890'ì", '!"£$%&/()=?^'),
        (16, "qwertyuiopè+", "QWERTYUIOPé*"),
        (30, "asdfghjklòà\\", "ASDFGHJKLç°|"),
        (43, "ùzxcvbnm,.-", "§ZXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "es": (
        (2, "1234567890'¡", '!"·$%&/()=?¿'),
        (16, "qwertyuiop`+", "QWERTYUIOP^*"),
        (30, "asdfghjklñ´º", "ASDFGHJKLÑ¨ª"),
        (43, "çzxcvbnm,.-", "ÇZXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "pt": (
        (2, "1234567890'«", '!"#$%&/()=?»'),
        (16, "qwertyuiop+´", "QWERTYUIOP*`"),
        (30, "asdfghjklçº\\", "ASDFGHJKLÇª|"),
        (43, "~zxcvbnm,.-", "^ZXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "br": (
        (2, "1234567890-=", "!@#$%¨&*()_+"),
        (16, "qwertyuiop´[", "QWERTYUIOP`{"),
        (30, "asdfghjklç~'", 'ASDFGHJKLÇ^"'),
        (43, "]zxcvbnm,.;", "}ZXCVBNM<>:"),
        (86, "\\", "|"),
    ),
    "latam": (
        (2, "1234567890'¿", '!"#$%&/()=?¡'),
        (16, "qwertyuiop´+", "QWERTYUIOP¨*"),
        (30, "asdfghjklñ{|", "ASDFGHJKLÑ[°"),
        (43, "}zxcvbnm,.-", "]ZXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "nl": (
        (2, "1234567890/°", "!\"#$%&_()'?~"),
        (16, "qwertyuiop¨*", "QWERTYUIOP^|"),
        (30, "asdfghjkl+´@", "ASDFGHJKL±`§"),
        (43, "<zxcvbnm,.-", ">ZXCVBNM;:="),
        (86, "]", "["),
    ),
    "dk": (
        (2, "1234567890+´", '!"#¤%&/()=?`'),
        (16, "qwertyuiopå¨", "QWERTYUIOPÅ^"),
        (30, "asdfghjklæø½", "ASDFGHJKLÆØ§"),
        (43, "'zxcvbnm,.-", "*ZXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "no": (
        (2, "1234567890+\\", '!"#¤%&/()=?`'),
        (16, "qwertyuiopå¨", "QWERTYUIOPÅ^"),
        (30, "asdfghjkløæ|", "ASDFGHJKLØÆ§"),
        (43, "'zxcvbnm,.-", "*ZXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "se": (
        (2, "1234567890+´", '!"#¤%&/()=?`'),
        (16, "qwertyuiopå¨", "QWERTYUIOPÅ^"),
        (30, "asdfghjklöä§", "ASDFGHJKLÖÄ½"),
        (43, "'zxcvbnm,.-", "*ZXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "fi": (
        (2, "1234567890+´", '!"#¤%&/()=?`'),
        (16, "qwertyuiopå¨", "QWERTYUIOPÅ^"),
        (30, "asdfghjklöä§", "ASDFGHJKLÖÄ½"),
        (43, "'zxcvbnm,.-", "*ZXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "is": (
        (2, "1234567890ö-", '!"#$%&/()=Ö_'),
        (16, "qwertyuiopð'", "QWERTYUIOPÐ?"),
        (30, "asdfghjklæ´°", "ASDFGHJKLÆ´¨"),
        (43, "+zxcvbnm,.þ", "*ZXCVBNM;:Þ"),
        (86, "<", ">"),
    ),
    "ee": (
        (2, "1234567890+´", '!"#¤%&/()=?`'),
        (16, "qwertyuiopüõ", "QWERTYUIOPÜÕ"),
        (30, "asdfghjklöäˇ", "ASDFGHJKLÖÄ~"),
        (43, "'zxcvbnm,.-", "*ZXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "pl": (
        (2, "1234567890-=", "!@#$%^&*()_+"),
        (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    ),
    "cz": (
        (2, "+ěščřžýáíé=´", "1234567890%ˇ"),
        (16, "qwertzuiopú)", "QWERTZUIOP/("),
        (30, "asdfghjklů§;", 'ASDFGHJKL"!°'),
        (43, "¨yxcvbnm,.-", "'YXCVBNM?:_"),
        (86, "\\", "|"),
    ),
    "sk": (
        (2, "+ľščťžýáíé=´", "1234567890%ˇ"),
        (16, "qwertzuiopúä", "QWERTZUIOP/("),
        (30, "asdfghjklô§;", 'ASDFGHJKL"!°'),
        (43, "ňyxcvbnm,.-", ")YXCVBNM?:_"),
        (86, "\\", "|"),
    ),
    "hu": (
        (2, "123456789öüó", "'\"+!%/=()ÖÜÓ"),
        (16, "qwertzuiopőú", "QWERTZUIOPŐÚ"),
        (30, "asdfghjkléá0", "ASDFGHJKLÉÁ§"),
        (43, "űyxcvbnm,.-", "ŰYXCVBNM?:_"),
        (86, "í", "Í"),
    ),
    "hr": (
        (2, "1234567890'+", '!"#$%&/()=?*'),
        (16, "qwertzuiopšđ", "QWERTZUIOPŠĐ"),
        (30, "asdfghjklčć`", "ASDFGHJKLČĆ~"),
        (43, "žyxcvbnm,.-", "ŽYXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "si": (
        (2, "1234567890'+", '!"#$%&/()=?*'),
        (16, "qwertzuiopšđ", "QWERTZUIOPŠĐ"),
        (30, "asdfghjklčć¸", "ASDFGHJKLČĆ¨"),
        (43, "žyxcvbnm,.-", "ŽYXCVBNM;:_"),
        (86, "<", ">"),
    ),
    "ro": (
        (2, "1234567890-=", "!@#$%^&*()_+"),
        (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
        (86, "\\", "|"),
    ),
    "tr": (
        (2, "1234567890*-", "!'^+%&/()=?_"),
        (16, "qwertyuıopğü", "QWERTYUIOPĞÜ"),
        (30, 'asdfghjklşi"', "ASDFGHJKLŞİé"),
        (43, ",zxcvbnmöç.", ";ZXCVBNMÖÇ:"),
        (86, "<", ">"),
    ),
    "ca": (
        (2, "1234567890-=", '!"/$%?&*()_+'),
        (16, "qwertyuiop^¸", "QWERTYUIOP^¨"),
        (30, "asdfghjkl;`#", "ASDFGHJKL:`|"),
        (43, "<zxcvbnm,.é", ">ZXCVBNM'.É"),
        (86, "«", "»"),
    ),
}


def _keys(rows: tuple[Row, ...]) -> Iterator[tuple[int, tuple[str, str]]]:
    for first, alone, shifted in (*_EVERYWHERE, *rows):
        for place, pair in enumerate(zip(alone, shifted, strict=True)):
            yield first + place, pair


LAYOUTS: dict[str, Keys] = {name: dict(_keys(rows)) for name, rows in _ROWS.items()}
"""Values of the setting `layout`."""

ALT_GR: dict[str, dict[int, str]] = {
    "us": {},
    "de": {9: "[", 10: "]", 40: "^", 86: "|"},
    "fr": {6: "[", 7: "|", 10: "^", 12: "]"},
    "gb": {9: "[", 10: "]", 40: "^", 41: "|", 86: "|"},
    "ch": {2: "|", 8: "|", 10: "]", 26: "[", 27: "]"},
    "be": {2: "|", 7: "^", 9: "[", 26: "[", 27: "]"},
    "it": {9: "[", 10: "]", 26: "[", 27: "]"},
    "es": {2: "|", 9: "[", 10: "]", 26: "[", 27: "]", 86: "|"},
    "pt": {9: "[", 10: "]", 40: "^"},
    "br": {9: "[", 10: "]"},
    "latam": {2: "|", 9: "[", 10: "]", 40: "^"},
    "nl": {86: "|"},
    "dk": {9: "[", 10: "]", 13: "|", 40: "^"},
    "no": {9: "[", 10: "]", 40: "^"},
    "se": {9: "[", 10: "]", 86: "|"},
    "fi": {9: "[", 10: "]", 86: "|"},
    "is": {9: "[", 10: "]", 25: "|", 39: "^", 40: "^", 86: "|"},
    "ee": {9: "[", 10: "]", 40: "^", 51: "<", 53: "|", 86: "|"},
    "pl": {40: "^", 86: "|"},
    "cz": {7: "^", 17: "|", 26: "[", 27: "]", 33: "[", 34: "]", 50: "^", 51: "<"},
    "sk": {7: "^", 17: "|", 26: "[", 27: "]", 33: "[", 34: "]", 50: "^", 51: "<"},
    "hu": {4: "^", 17: "|", 33: "[", 34: "]", 50: "<", 86: "<"},
    "hr": {4: "^", 17: "|", 33: "[", 34: "]", 51: "<", 86: "|"},
    "si": {4: "^", 17: "|", 33: "[", 34: "]", 51: "<", 86: "|"},
    "ro": {4: "^", 86: "|"},
    "tr": {9: "[", 10: "]", 13: "|", 41: "<", 86: "|"},
    "ca": {26: "[", 27: "]"},
}
"""Key code to its character with AltGr."""
