"""Where each field stands in each format, and which format a set of lines has.

Positions are slices of the lines joined together (Doc 9303-5 TD1, -6 TD2, -4 TD3, -7 MRV-A and MRV-B). The French
national identity card of 1988 to 2021 has two lines of 36 in a layout of its own.
"""

from dataclasses import dataclass

from data.documents.travel_document import MrzFormat


@dataclass(frozen=True, slots=True)
class Layout:
    """The slices of one format; None where the format lacks a field."""

    format: MrzFormat
    lines: int
    width: int
    number: slice
    number_digit: int
    birth: slice
    sex: int
    expiry: slice | None
    nationality: slice
    surname: slice
    """The whole name field where `given` is None."""
    optional: tuple[slice, ...]
    given: slice | None = None
    optional_digit: int | None = None
    composite: tuple[slice, ...] = ()
    composite_digit: int | None = None
    continues: slice | None = None
    """Optional data that carry the rest of a long number and its digit (Doc 9303-5 section 4.2.2, note j)."""
    first_letters: str = ""
    """First letters a document code may have in this format."""


CODE = slice(0, 2)
ISSUER = slice(2, 5)

TD1 = Layout(
    MrzFormat.TD1,
    lines=3,
    width=30,
    number=slice(5, 14),
    number_digit=14,
    birth=slice(30, 36),
    sex=37,
    expiry=slice(38, 44),
    nationality=slice(45, 48),
    surname=slice(60, 90),
    optional=(slice(15, 30), slice(48, 59)),
    composite=(slice(5, 37), slice(38, 45), slice(48, 59)),
    composite_digit=59,
    continues=slice(15, 30),
    first_letters="IAC",
)
TD2 = Layout(
    MrzFormat.TD2,
    lines=2,
    width=36,
    number=slice(36, 45),
    number_digit=45,
    birth=slice(49, 55),
    sex=56,
    expiry=slice(57, 63),
    nationality=slice(46, 49),
    surname=slice(5, 36),
    optional=(slice(64, 71),),
    composite=(slice(36, 46), slice(49, 56), slice(57, 71)),
    composite_digit=71,
    continues=slice(64, 71),
    first_letters="IACP",
)
TD3 = Layout(
    MrzFormat.TD3,
    lines=2,
    width=44,
    number=slice(44, 53),
    number_digit=53,
    birth=slice(57, 63),
    sex=64,
    expiry=slice(65, 71),
    nationality=slice(54, 57),
    surname=slice(5, 44),
    optional=(slice(72, 86),),
    optional_digit=86,
    composite=(slice(44, 54), slice(57, 64), slice(65, 87)),
    composite_digit=87,
    first_letters="P",
)
MRV_A = Layout(
    MrzFormat.MRV_A,
    lines=2,
    width=44,
    number=TD3.number,
    number_digit=TD3.number_digit,
    birth=TD3.birth,
    sex=TD3.sex,
    expiry=TD3.expiry,
    nationality=TD3.nationality,
    surname=TD3.surname,
    optional=(slice(72, 88),),
    first_letters="V",
)
MRV_B = Layout(
    MrzFormat.MRV_B,
    lines=2,
    width=36,
    number=TD2.number,
    number_digit=TD2.number_digit,
    birth=TD2.birth,
    sex=TD2.sex,
    expiry=TD2.expiry,
    nationality=TD2.nationality,
    surname=TD2.surname,
    optional=(slice(64, 72),),
    first_letters="V",
)
FR_ID = Layout(
    MrzFormat.FR_ID,
    lines=2,
    width=36,
    number=slice(36, 48),
    number_digit=48,
    birth=slice(63, 69),
    sex=70,
    expiry=None,
    nationality=ISSUER,
    surname=slice(5, 30),
    given=slice(49, 63),
    optional=(slice(30, 36),),
    composite=(slice(0, 71),),
    composite_digit=71,
    first_letters="I",
)

LAYOUTS = {layout.format: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B, FR_ID)}


def layout_of(lines: list[str]) -> Layout | None:
    """The layout these lines have; None when no format has so many lines of that length."""
    shape = (len(lines), {len(line) for line in lines})
    if shape == (3, {30}):
        return TD1
    if shape == (2, {44}):
        return MRV_A if lines[0][0] == "V" else TD3
    if shape == (2, {36}):
        return _two_lines_of_36(lines)
    return None


def _two_lines_of_36(lines: list[str]) -> Layout:
    if lines[0][0] == "V":
        return MRV_B
    # A TD2 card has the nationality where the French card has the end of its number and the number's digit.
    if lines[0].startswith("IDFRA") and not lines[1][10:13].replace("<", "").isalpha():
        return FR_ID
    return TD2
