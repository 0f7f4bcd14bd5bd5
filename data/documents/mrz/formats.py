"""Where each field stands in each format of an MRZ.

Positions are slices of the lines joined together (Doc 9303-5 TD1, -6 TD2, -4 TD3, -7 MRV-A and MRV-B). The French
national identity card of 1988 to 2021 has two lines of 36 in a layout of its own. Driving licences are extras: the
French one has a line of 30 whose number's digit counts all before it as well, the Swiss one a line of 9 and two of 30
without any check digit.
"""

from dataclasses import dataclass, field
from itertools import accumulate

from data.documents.travel_document import MrzFormat


@dataclass(frozen=True, slots=True)
class Layout:
    """The slices of one format; None where the format lacks a field."""

    format: MrzFormat
    widths: tuple[int, ...]
    """Characters of each line."""
    number: slice
    number_digit: int | None
    surname: slice
    """The whole name field where `given` is None."""
    optional: tuple[slice, ...]
    birth: slice | None
    birth_digit: int | None
    sex: int | None
    expiry: slice | None
    expiry_digit: int | None
    nationality: slice | None
    code: slice = field(default_factory=lambda: slice(0, 2))
    issuer: slice = field(default_factory=lambda: slice(2, 5))
    given: slice | None = None
    number_prefix: slice = field(default_factory=lambda: slice(0, 0))
    """Characters that the number's digit counts before the number."""
    optional_digit: int | None = None
    composite: tuple[slice, ...] = ()
    composite_digit: int | None = None
    continues: slice | None = None
    """Optional data that carry the rest of a long number and its digit (Doc 9303-5 section 4.2.2, note j)."""
    first_letters: str = ""
    """First letters a document code may have in this format."""

    def lines_of(self, flat: str) -> list[str]:
        """The lines joined in `flat`."""
        ends = list(accumulate(self.widths))
        return [flat[end - width : end] for width, end in zip(self.widths, ends, strict=True)]


TD1 = Layout(
    MrzFormat.TD1,
    widths=(30, 30, 30),
    number=slice(5, 14),
    number_digit=14,
    birth=slice(30, 36),
    birth_digit=36,
    sex=37,
    expiry=slice(38, 44),
    expiry_digit=44,
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
    widths=(36, 36),
    number=slice(36, 45),
    number_digit=45,
    birth=slice(49, 55),
    birth_digit=55,
    sex=56,
    expiry=slice(57, 63),
    expiry_digit=63,
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
    widths=(44, 44),
    number=slice(44, 53),
    number_digit=53,
    birth=slice(57, 63),
    birth_digit=63,
    sex=64,
    expiry=slice(65, 71),
    expiry_digit=71,
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
    widths=(44, 44),
    number=TD3.number,
    number_digit=TD3.number_digit,
    birth=TD3.birth,
    birth_digit=TD3.birth_digit,
    sex=TD3.sex,
    expiry=TD3.expiry,
    expiry_digit=TD3.expiry_digit,
    nationality=TD3.nationality,
    surname=TD3.surname,
    optional=(slice(72, 88),),
    first_letters="V",
)
MRV_B = Layout(
    MrzFormat.MRV_B,
    widths=(36, 36),
    number=TD2.number,
    number_digit=TD2.number_digit,
    birth=TD2.birth,
    birth_digit=TD2.birth_digit,
    sex=TD2.sex,
    expiry=TD2.expiry,
    expiry_digit=TD2.expiry_digit,
    nationality=TD2.nationality,
    surname=TD2.surname,
    optional=(slice(64, 72),),
    first_letters="V",
)
FR_ID = Layout(
    MrzFormat.FR_ID,
    widths=(36, 36),
    number=slice(36, 48),
    number_digit=48,
    birth=slice(63, 69),
    birth_digit=69,
    sex=70,
    expiry=None,
    expiry_digit=None,
    nationality=slice(2, 5),
    surname=slice(5, 30),
    given=slice(49, 63),
    optional=(slice(30, 36),),
    composite=(slice(0, 71),),
    composite_digit=71,
    first_letters="I",
)

FR_DL = Layout(
    MrzFormat.FR_DL,
    widths=(30,),
    number=slice(5, 14),
    number_digit=14,
    number_prefix=slice(0, 5),
    birth=None,
    birth_digit=None,
    sex=None,
    expiry=slice(15, 21),
    expiry_digit=None,
    nationality=None,
    surname=slice(21, 29),
    given=slice(29, 29),  # given names are not printed
    optional=(),
    composite=(slice(0, 29),),
    composite_digit=29,
    first_letters="D",
)
CH_DL = Layout(
    MrzFormat.CH_DL,
    widths=(9, 30, 30),
    code=slice(9, 11),
    issuer=slice(11, 14),
    number=slice(14, 26),
    number_digit=None,
    birth=slice(28, 34),
    birth_digit=None,
    sex=None,
    expiry=None,
    expiry_digit=None,
    nationality=None,
    surname=slice(39, 69),
    optional=(slice(0, 9),),
    first_letters="F",
)

LAYOUTS = {layout.format: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B, FR_ID, FR_DL, CH_DL)}
