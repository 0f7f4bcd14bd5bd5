"""Somebody whose name was typed, where the kit has no roster yet: the rules of the second person compare the letters.

Only letters and digits count, folded: capitals, marks, full width, dots, blanks, invisible characters, letters of other
alphabets that look the same, and their order make no second person. A name that was invented or belongs to somebody
absent is not noticed.
"""

import unicodedata

from data.people.staff import Actor, StaffRole

_INVISIBLE = dict.fromkeys((0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0))
"""Letters by their class, without a shape (Unicode, Default_Ignorable_Code_Point)."""
_LOOKALIKES = str.maketrans("аеорсухіјѕһкмтвнɑοανκτρυıøłđð", "aeopcyxijshkmtbhaoavktpuioldd")
"""Small letters of Cyrillic, Greek and Latin that are easily taken for, or typed as, a plain one."""


def make_typed_person(name: str, role: StaffRole = StaffRole.OFFICER) -> Actor:
    """The person of this name; one without a letter or digit may be anybody."""
    return Actor(name, name, _sort_letters(name), role)


def _sort_letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).translate(_INVISIBLE).casefold())
    return "".join(sorted(letter for letter in plain.translate(_LOOKALIKES) if letter.isalnum()))
