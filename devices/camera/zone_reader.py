"""Reads a zone's text from a picture, and which places of it are uncertain.

- A sharp zone is read once, and its document number a second time, by itself and at another size. A zone that is faint
  or small, or has wrong digits, is read in three more treatments of its picture, and the readings vote; if the digits
  are right, a second reading that agrees is enough.
- A place where readings differ is uncertain: a wrong number that fits its check digit must not pass as certain
  (docs/screening.md, "Document numbers").
- A letter where only digits are possible, and the reverse, is read as the character it is most often confused with, and
  is uncertain. The document number is never corrected in this way.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

import cv2
import numpy as np

from data.documents.mrz import parse_mrz
from data.documents.mrz.formats import Layout
from data.documents.mrz.repair import repairable_fields
from data.documents.travel_document import Capture, TravelDocument
from devices.camera.ocr import OTHER_TREATMENTS, OpticalReader, normalise_and_shrink, normalise_contrast
from devices.camera.picture import GreyImage
from devices.camera.zone_search import PITCH, ZoneCandidate, find_zones
from devices.camera.zone_text import is_nearly_zone, zone_text

MOST_PLACES = 4
"""Most places in a picture that are read: each takes a tenth of a second."""
_ANY_DAY = date(2000, 1, 1)
"""Any date: check digits do not depend on it."""
_SMALL = 36.0
"""Pixels from line to line in the picture; with fewer, letters are below 15 pixels and readings vote."""
_BESIDE = 1.0
"""Characters on either side of the number that are cut out with it."""


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """A zone that was read."""

    text: str
    """Lines joined by line feeds."""
    doubts: tuple[int, ...]
    """Positions of uncertain characters, not counting line feeds."""
    is_valid: bool
    """Whether every check digit is right."""
    zone: ZoneCandidate


class ZoneReader:
    """Reads zones in pictures, with one optical reader for all of them."""

    def __init__(self, most_places: int = MOST_PLACES) -> None:
        self._most_places = most_places
        self._optical = OpticalReader()

    def read(self, picture: GreyImage) -> ZoneReading | None:
        """The zone in the picture; None if none was found."""
        best: _Look | None = None
        for zone in islice(find_zones(picture), self._most_places):
            look = next(filter(None, map(self._first_look, _both_ways(zone))), None)
            if look and (best is None or look.rank > best.rank):
                best = look
            if best and best.is_valid:
                break
        return self._decide(best) if best else None

    def close(self) -> None:
        """Release the optical reader."""
        self._optical.close()

    def _first_look(self, zone: ZoneCandidate) -> "_Look | None":
        """The zone, read in the fastest way; again at full size if the number of characters is wrong."""
        read = self._optical.read(normalise_and_shrink(zone.picture))
        text = zone_text(read)
        if text is None and is_nearly_zone(read):
            return self._look(zone, normalise_contrast(zone.picture))
        return _Look.at(zone, text.layout, text.place, text.flat) if text and text.is_upright else None

    def _look(self, zone: ZoneCandidate, treated: GreyImage) -> "_Look | None":
        text = zone_text(self._optical.read(treated))
        return _Look.at(zone, text.layout, text.place, text.flat) if text else None

    def _decide(self, look: "_Look") -> ZoneReading:
        if look.is_valid and look.zone.pixels >= _SMALL:
            return look.reading((), self._doubts_of_number(look))
        looks = [look, *self._other_looks(look)]
        chosen = max((_vote(looks), *looks), key=lambda candidate: candidate.rank)
        return chosen.reading(looks, self._doubts_of_number(chosen))

    def _other_looks(self, look: "_Look") -> Iterator["_Look"]:
        for treat in OTHER_TREATMENTS:
            other = self._look(look.zone, treat(look.zone.picture))
            if other and other.layout is look.layout:
                yield other
                if look.is_valid and other.flat == look.flat:
                    return

    def _doubts_of_number(self, look: "_Look") -> tuple[int, ...]:
        """Positions of the number, if it is read differently by itself."""
        start, stop = look.number
        read = "".join(line.text for line in self._optical.read(normalise_contrast(look.cut(start, stop))))
        return () if look.flat[start:stop] in read else tuple(range(start, stop))


@dataclass(frozen=True, slots=True)
class _Look:
    """One reading of one place."""

    zone: ZoneCandidate
    layout: Layout
    place: int
    """Which of the lines cut out is the zone's first."""
    flat: str
    document: TravelDocument

    @classmethod
    def at(cls, zone: ZoneCandidate, layout: Layout, place: int, flat: str) -> "_Look":
        lines = "\n".join(layout.lines_of(flat))
        return cls(zone, layout, place, flat, parse_mrz(lines, capture=Capture.MACHINE, today=_ANY_DAY))

    @property
    def is_valid(self) -> bool:
        return bool(self.document.digits) and all(digit.ok for digit in self.document.digits)

    @property
    def rank(self) -> tuple[int, int, int]:
        """How good the reading is; the first of two equally good ones is used."""
        digits, document = self.document.digits, self.document
        right = sum(digit.ok for digit in digits) - sum(not digit.ok for digit in digits)
        return (self.is_valid, right, -len(document.problems))

    @property
    def number(self) -> tuple[int, int]:
        """Start and end of the number's field, with its digit."""
        return self.layout.number.start, (self.layout.number_digit or self.layout.number.stop - 1) + 1

    def cut(self, start: int, stop: int) -> GreyImage:
        """The picture of some characters of one line; the characters of a zone have equal distances."""
        line, first = 0, 0
        for width in self.layout.widths:
            if start < first + width:
                break
            line, first = line + 1, first + width
        return _characters(self.zone, self.place + line, self.layout.widths[line], start - first, stop - first)

    def reading(self, looks: Sequence["_Look"], doubts: tuple[int, ...]) -> ZoneReading:
        """The reading, with the places where the others differ, and with certain misreadings corrected."""
        differing = (place for look in looks for place in _differences(look.flat, self.flat))
        where, flat = dict(repairable_fields(self.layout)), self.flat
        for repair in self.document.repairs:
            flat = flat[: where[repair.field].start] + repair.means + flat[where[repair.field].stop :]
        every = sorted({*differing, *doubts, *_differences(flat, self.flat)})
        return ZoneReading("\n".join(self.layout.lines_of(flat)), tuple(every), self.is_valid, self.zone)


def _vote(looks: Sequence["_Look"]) -> _Look:
    """What most looks read at each place; the first one in a tie."""
    flat = "".join(Counter(chars).most_common(1)[0][0] for chars in zip(*(look.flat for look in looks), strict=True))
    return _Look.at(looks[0].zone, looks[0].layout, looks[0].place, flat)


def _characters(zone: ZoneCandidate, line: int, width: int, start: int, stop: int) -> GreyImage:
    left, right = _ink_columns(zone.picture)
    step = (right - left) / width
    columns = slice(max(0, round(left + (start - _BESIDE) * step)), round(left + (stop + _BESIDE) * step))
    return np.ascontiguousarray(zone.picture[line * PITCH : (line + 1) * PITCH, columns])


def _ink_columns(picture: GreyImage) -> tuple[float, float]:
    """The first and the last column with text."""
    dark = cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    columns = np.flatnonzero(np.asarray(dark).sum(axis=0) > 255 * 3)
    return (float(columns[0]), float(columns[-1])) if len(columns) else (0.0, float(picture.shape[1]))


def _both_ways(zone: ZoneCandidate) -> Iterator[ZoneCandidate]:
    yield zone
    yield replace(zone, picture=np.ascontiguousarray(zone.picture[::-1, ::-1]))


def _differences(text: str, other_text: str) -> tuple[int, ...]:
    return tuple(place for place, (a, b) in enumerate(zip(text, other_text, strict=True)) if a != b)
