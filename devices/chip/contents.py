"""What the files of a chip say, each read by itself: one that is malformed is a fault beside the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from data.certificates.malformed import Malformed
from devices.chip.lds.com import Com, read_com
from devices.chip.lds.dg1 import Dg1, read_dg1
from devices.chip.lds.dg2 import Dg2, read_dg2
from devices.chip.lds.dg3 import Dg3, read_dg3
from devices.chip.lds.dg11 import Dg11, read_dg11
from devices.chip.lds.dg12 import Dg12, read_dg12
from devices.chip.lds.dg14 import Dg14, read_dg14
from devices.chip.lds.dg15 import Dg15, read_dg15
from devices.chip.lds.dg16 import Dg16, read_dg16
from devices.chip.lds.displayed import DisplayedPictures, read_dg7

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Contents:
    """Files as they came, and what they say; None where a file is absent or malformed."""

    groups: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    """Whole data groups by number."""
    sod: bytes = field(default=b"", repr=False)
    com: Com | None = None
    dg1: Dg1 | None = field(default=None, repr=False)
    dg2: Dg2 | None = None
    dg3: Dg3 | None = None
    dg7: DisplayedPictures | None = None
    dg11: Dg11 | None = field(default=None, repr=False)
    dg12: Dg12 | None = field(default=None, repr=False)
    dg14: Dg14 | None = None
    dg15: Dg15 | None = None
    dg16: Dg16 | None = field(default=None, repr=False)
    faults: Mapping[str, str] = field(default_factory=dict)
    """Why a file that came could not be understood, by its name."""


def read_contents(groups: Mapping[int, bytes], sod: bytes, com: bytes) -> Contents:
    """What these files say; never raises over them."""
    faults: dict[str, str] = {}

    def understood(name: str, data: bytes, reader: Callable[[bytes], _T]) -> _T | None:
        try:
            return reader(data) if data else None
        except Malformed as problem:
            faults[name] = problem.what
            return None

    def group(number: int, reader: Callable[[bytes], _T]) -> _T | None:
        return understood(f"DG{number}", groups.get(number, b""), reader)

    return Contents(
        dict(groups),
        sod,
        com=understood("EF.COM", com, read_com),
        dg1=group(1, read_dg1),
        dg2=group(2, read_dg2),
        dg3=group(3, read_dg3),
        dg7=group(7, read_dg7),
        dg11=group(11, read_dg11),
        dg12=group(12, read_dg12),
        dg14=group(14, read_dg14),
        dg15=group(15, read_dg15),
        dg16=group(16, read_dg16),
        faults=faults,
    )
