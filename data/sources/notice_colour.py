"""The colour of a notice, from whatever says it: its own field, the folder it lies in, or its link."""

import re

from data.persons.notice import Colour
from data.sources.notice_fields import Fields

COLOURS = {colour.value: colour for colour in Colour if colour is not Colour.NONE} | {
    "un": Colour.UN_SPECIAL,
    "un special": Colour.UN_SPECIAL,
    "special": Colour.UN_SPECIAL,
}
_LINK = re.compile(r"/notices/v\d+/(?P<colour>[a-z_]+)(?:/|$)")


def colour_of(fields: Fields, folder: str) -> Colour:
    """The colour; NONE when nothing says it; ValueError for one that there is not.

    In this order: `notice_type` or `type` ("red", "Red notice"), a folder called `red`, `yellow`, `un` …,
    the path of `_links.self`, and what only one colour has: `un_reference`, `arrest_warrants`.
    """
    said = fields.text("notice_type") or fields.text("type")
    if said:
        return _named(said)
    if folder.lower() in COLOURS:
        return COLOURS[folder.lower()]
    if link := _LINK.search(fields.part("_links").part("self").text("href")):
        return _named(link["colour"])
    if fields.text("un_reference"):
        return Colour.UN_SPECIAL
    return Colour.RED if fields.parts("arrest_warrants") else Colour.NONE


def _named(words: str) -> Colour:
    name = words.lower().removesuffix("notice").removesuffix("notices").strip()
    if name not in COLOURS:
        raise ValueError(f"there is no notice of the kind {words[:20]!r}")
    return COLOURS[name]
