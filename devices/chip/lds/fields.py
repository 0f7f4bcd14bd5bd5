"""The fields of DG11, DG12 and DG16: elements by tag, some repeated inside a template of their own."""

from collections.abc import Callable
from typing import TypeVar

from data.certificates.malformed import Malformed
from data.persons.person import PartialDate
from data.text import _
from devices.chip.lds.files import GROUP_TAGS, content
from devices.chip.lds.picture import Picture, picture
from devices.chip.lds.text import date, digits, filled_text, members

_TAG_LIST = 0x5C
_REPEATED = 0xA0
_T = TypeVar("_T")


class DataGroupFields:
    """Values by tag. A value that cannot be read is left out and noted in `faults`."""

    def __init__(self, data: bytes, what: str) -> None:
        self._what = what
        self._values: dict[int, bytes] = {}
        self._repeated: list[tuple[int, bytes]] = []
        self.faults: list[str] = []
        for element in members(data, what):
            if element.tag == _REPEATED:
                self._repeated += ((member.tag, member.value) for member in members(element.value, what))
            elif element.tag != _TAG_LIST and self._values.setdefault(element.tag, element.value) != element.value:
                tag = f"{element.tag:X}"
                self.faults.append(_("{file} has the field {tag} twice; only the first is used", file=what, tag=tag))

    def value(self, tag: int) -> bytes:
        """The bytes under a tag; empty if it is absent."""
        return self._values.get(tag, b"")

    def repeated_values(self, tag: int) -> list[bytes]:
        """Every value under a tag that may occur several times."""
        return [value for element_tag, value in self._repeated if element_tag == tag]

    def text(self, tag: int) -> str:
        """Readable text, with a blank for each filler (`<`); empty if the tag is absent."""
        return filled_text(self.value(tag))

    def picture(self, tag: int) -> Picture | None:
        """A picture; None if the tag is absent."""
        return picture(self.value(tag)) if tag in self._values else None

    def date(self, tag: int) -> PartialDate | None:
        """A date; None if it is absent or cannot be read."""
        return self._read(tag, date)

    def digits(self, tag: int, count: int) -> str:
        """`count` digits; empty if they are absent or cannot be read."""
        return self._read(tag, lambda value, what: digits(value, count, what)) or ""

    def _read(self, tag: int, reader: Callable[[bytes, str], _T]) -> _T | None:
        if not self.value(tag):
            return None
        try:
            return reader(self.value(tag), _("{tag} in {file}", tag=f"{tag:X}", file=self._what))
        except Malformed as problem:
            self.faults.append(problem.what)
            return None


def read_fields(data: bytes, number: int) -> DataGroupFields:
    """The fields of a data group; Malformed if it is another file."""
    what = f"DG{number}"
    return DataGroupFields(content(data, GROUP_TAGS[number], what), what)
