"""A face as a chip stores it, in either format."""

from dataclasses import dataclass

from data.persons.person import Sex
from devices.chip.lds.picture import Picture


@dataclass(frozen=True, slots=True)
class Face:
    """One picture and its header."""

    format: str
    """`ISO/IEC 19794-5` or `ISO/IEC 39794-5`."""
    picture: Picture
    width: int = 0
    """Pixels according to the header; 0 if it does not say."""
    height: int = 0
    sex: Sex = Sex.UNKNOWN
    points: int = 0
    """Number of facial feature points."""
