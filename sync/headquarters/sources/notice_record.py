"""One INTERPOL-style notice from its JSON fields.

- Only `entity_id` and `name` must be there. A date is `YYYY/MM/DD`, `YYYY/MM` or `YYYY`; height or weight 0 is unknown;
  nationality 914 or 922 is none. A code of a country that is not known is left out and counted.
- Fields are read by the type they should have. Null and "-" are "not there", as the public notices use them; a field of
  another type is a ValueError that names it and never shows what it holds.
- The colour comes from whatever says it: the notice's own field, the folder it lies in, or its link.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.documents.code_tables import canonical_country, country_name
from data.persons.notice import DEFAULT_ACTIONS, Action, Colour, Notice
from data.persons.person import Associate, HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex
from data.untrusted_text import TEXT_LIMIT, clean
from sync.headquarters.sources import RECORD_LIMIT, names_in_text
from sync.headquarters.sources.identity_papers import find_document_type
from sync.headquarters.sources.names_in_text import NAME_LIMIT, is_other_script

_MAX_ENTRIES = 500
"""Entries of an array; a notice with more is not one."""

COLOURS = {colour.value: colour for colour in Colour if colour is not Colour.NONE} | {
    "un": Colour.UN_SPECIAL,
    "un special": Colour.UN_SPECIAL,
    "special": Colour.UN_SPECIAL,
}
_LINK = re.compile(r"/notices/v\d+/(?P<colour>[a-z_]+)(?:/|$)")

_UNSPECIFIED = "XXX"
"""What 914 and 922 become: a nationality that says nothing about a traveller's."""
_ID_IN_LINKS = re.compile(r"(?<=^\d{4})-(?=\d+$)")
"""Links write 2019-12345 for the notice 2019/12345."""
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "U": Sex.UNKNOWN, "X": Sex.UNKNOWN, "": Sex.UNKNOWN}


@dataclass(frozen=True, slots=True)
class NoticeFields:
    """One JSON object."""

    values: dict[str, Any]

    @classmethod
    def of(cls, value: Any) -> "NoticeFields":
        """The fields of a JSON value, which must be an object."""
        if not isinstance(value, dict):
            raise ValueError("a notice must be a JSON object")
        return cls(value)

    def text(self, name: str, limit: int = TEXT_LIMIT) -> str:
        """Cleaned text; "" when there is none."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ValueError(f"{name} must be text")
        value = clean(value, limit)
        return "" if value == "-" else value

    def number(self, name: str) -> float:
        """A number; 0 where there is none, which is how the notices write "unknown"."""
        value = self.values.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1000:
            raise ValueError(f"{name} must be a number, 0 when it is not known")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """An array of texts, or one text alone; empty when there is none."""
        value = self.values.get(name)
        if isinstance(value, str):
            value = [value]
        if not all(isinstance(entry, str) for entry in self._to_list(name, value)):
            raise ValueError(f"{name} must be an array of texts")
        return tuple(text for entry in value or () if (text := clean(entry, 200)) not in ("", "-"))

    def part(self, name: str) -> "NoticeFields":
        """An object within this one; without fields when there is none."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            raise ValueError(f"{name} must be an object")
        return NoticeFields(value or {})

    def parts(self, name: str) -> tuple["NoticeFields", ...]:
        """An array of objects; empty when there is none."""
        entries = self.array(name)
        if not all(isinstance(entry, dict) for entry in entries):
            raise ValueError(f"{name} must be an array of objects")
        return tuple(map(NoticeFields, entries))

    def day(self, name: str) -> date | None:
        """A whole date, `2025-01-31` or `2025/01/31`."""
        text = self.text(name).replace("/", "-")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise ValueError(f"{name} must be a date like 2025/01/31") from None

    def array(self, name: str) -> list[Any]:
        """An array of whatever it holds; empty when there is none."""
        return self._to_list(name, self.values.get(name))

    @staticmethod
    def _to_list(name: str, value: Any) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > _MAX_ENTRIES:
            raise ValueError(f"{name} must be an array of at most {_MAX_ENTRIES}")
        return value


def find_colour(fields: NoticeFields, folder: str) -> Colour:
    """The colour; NONE when nothing says it; ValueError for one that there is not.

    In this order: `notice_type` or `type` ("red", "Red notice"), a folder called `red`, `yellow`, `un` …,
    the path of `_links.self`, and what only one colour has: `un_reference`, `arrest_warrants`.
    """
    notice_type = fields.text("notice_type") or fields.text("type")
    if notice_type:
        return _parse_colour(notice_type)
    if folder.lower() in COLOURS:
        return COLOURS[folder.lower()]
    if link := _LINK.search(fields.part("_links").part("self").text("href")):
        return _parse_colour(link["colour"])
    if fields.text("un_reference"):
        return Colour.UN_SPECIAL
    return Colour.RED if fields.parts("arrest_warrants") else Colour.NONE


def parse_notice(fields: NoticeFields, folder: str, skipped: Counter[str]) -> Notice:
    """The notice; `folder` is the name of the one it lies in; ValueError says what is wrong with it."""
    record = _ID_IN_LINKS.sub("/", fields.text("entity_id")) or fields.text("un_reference")
    if not record or len(record) > RECORD_LIMIT:
        raise ValueError("it has no entity_id that could identify it")
    colour = find_colour(fields, folder)
    issuers = _issuers(fields, skipped)
    return Notice(
        record=record,
        person=_person(fields, skipped),
        action=_action(fields.text("action")) or DEFAULT_ACTIONS[colour],
        colour=colour,
        owner=fields.text("owner", NAME_LIMIT) or ", ".join(f"NCB {issuer}" for issuer in issuers) or "INTERPOL",
        reference=fields.text("reference", NAME_LIMIT) or fields.text("un_reference", NAME_LIMIT),
        reason=_reason(fields),
        cautions=fields.texts("cautions"),
        listed=fields.day("listed"),
        updated=fields.day("updated"),
        review=fields.day("review"),
    )


def _parse_colour(words: str) -> Colour:
    name = words.lower().removesuffix("notice").removesuffix("notices").strip()
    if name not in COLOURS:
        raise ValueError(f"there is no notice of the kind {words[:20]!r}")
    return COLOURS[name]


def _person(fields: NoticeFields, skipped: Counter[str]) -> Person:
    listed = names_in_text.drop_repetitions(_names(fields))
    if not listed:
        raise ValueError("it has no name")
    birth = _birth(fields.text("date_of_birth"))
    place = [fields.text("place_of_birth", 200), _country_name(fields.text("country_of_birth_id"))]
    return Person(
        names=listed,
        births=(birth,) if birth else (),
        sex=_sex(fields.text("sex_id")),
        nationalities=tuple(dict.fromkeys(_countries(fields.texts("nationalities"), skipped))),
        birth_places=tuple(filter(None, [", ".join(filter(None, place))])),
        documents=tuple(_documents(fields)),
        father=_join_names(fields, "father_forename", "father_name"),
        mother=_join_names(fields, "mother_forename", "mother_name"),
        marks=_marks(fields),
        associates=tuple(_associates(fields)),
    )


def _names(fields: NoticeFields) -> Iterator[ListedName]:
    surname, given = (names_in_text.clean_name(fields.text(key, NAME_LIMIT)) for key in ("name", "forename"))
    if not surname and not given:
        return
    yield _name(surname, given, NameQuality.PRIMARY)
    if birth_name := names_in_text.clean_name(fields.text("birth_name", NAME_LIMIT)):
        yield _name(birth_name, given, NameQuality.FORMER)
    for entry in fields.array("aliases"):
        if isinstance(entry, str):
            yield from names_in_text.split_names(entry, NameQuality.GOOD)
            continue
        alias = NoticeFields.of(entry)
        surname, given = (names_in_text.clean_name(alias.text(key, NAME_LIMIT)) for key in ("name", "forename"))
        yield _name(surname, given, NameQuality.GOOD)
    for original in fields.texts("original_script_names"):
        yield ListedName(names_in_text.clean_name(original), quality=NameQuality.ORIGINAL)


def _name(surname: str, given: str, quality: NameQuality) -> ListedName:
    full = f"{given} {surname}".strip()
    if quality is not NameQuality.PRIMARY and is_other_script(full):
        quality = NameQuality.ORIGINAL
    return ListedName(full, surname, given, quality)


def _birth(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text.replace("/", "-")) if text else None
    except ValueError:
        raise ValueError("date_of_birth must be YYYY/MM/DD, YYYY/MM or YYYY, and a date that exists") from None


def _sex(text: str) -> Sex:
    if text.upper() not in _SEXES:
        raise ValueError("sex_id must be M, F or U")
    return _SEXES[text.upper()]


def _action(text: str) -> Action | None:
    try:
        return Action(text.lower()) if text else None
    except ValueError:
        raise ValueError(f"action must be one of {', '.join(Action)}") from None


def _countries(codes: tuple[str, ...], skipped: Counter[str]) -> Iterator[str]:
    for code in codes:
        known = canonical_country(code)
        if known is None:
            skipped["codes of countries not known"] += 1
        elif known != _UNSPECIFIED:
            yield known


def _country_name(code: str) -> str:
    return country_name(code) if code and canonical_country(code) not in (None, _UNSPECIFIED) else ""


def _issuers(fields: NoticeFields, skipped: Counter[str]) -> tuple[str, ...]:
    codes = tuple(warrant.text("issuing_country_id", 20) for warrant in fields.parts("arrest_warrants"))
    return tuple(dict.fromkeys(_countries(tuple(filter(None, codes)), skipped)))


def _documents(fields: NoticeFields) -> Iterator[HeldDocument]:
    for entry in fields.parts("documents"):
        country = canonical_country(entry.text("country", 20)) or ""
        if number := entry.text("number", 40):
            yield HeldDocument(number, country, find_document_type(entry.text("type", 60)))


def _associates(fields: NoticeFields) -> Iterator[Associate]:
    for entry in fields.parts("associates"):
        name = _join_names(entry, "forename", "name")
        if name:
            record = _ID_IN_LINKS.sub("/", entry.text("record", RECORD_LIMIT))
            yield Associate(name, entry.text("relation", 60), record)


def _join_names(fields: NoticeFields, *keys: str) -> str:
    return " ".join(filter(None, (names_in_text.clean_name(fields.text(key, NAME_LIMIT)) for key in keys)))


def _reason(fields: NoticeFields) -> str:
    """Charges (their translation where there is one), then what a yellow notice says of the disappearance."""
    charges = [
        warrant.text("charge_translation") or warrant.text("charge") for warrant in fields.parts("arrest_warrants")
    ]
    event = [fields.text("date_of_event"), fields.text("place"), _country_name(fields.text("country"))]
    missing = "missing since " + ", ".join(filter(None, event)) if event[0] else ""
    return clean(
        "; ".join(filter(None, (*dict.fromkeys(charges), missing, fields.text("purpose"), fields.text("summary"))))
    )


def _marks(fields: NoticeFields) -> str:
    height, weight = fields.number("height"), fields.number("weight")
    parts = [f"{height:g} m" if height else "", f"{weight:g} kg" if weight else ""]
    for words, key in (("eyes", "eyes_colors_id"), ("hair", "hairs_id"), ("speaks", "languages_spoken_ids")):
        codes = fields.texts(key)
        parts.append(f"{words} {', '.join(codes)}" if codes else "")
    return clean("; ".join(filter(None, (*parts, fields.text("distinguishing_marks")))), 500)
