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
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator

from data.documents.code_tables import canonical_country, country_name
from data.json_codec import convert
from data.persons.notice import DEFAULT_ACTIONS, Action, Colour, Notice
from data.persons.person import Associate, HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex
from data.text import THE_VALUE, Message, _
from data.untrusted_text import TEXT_LIMIT, clean
from sync.headquarters.sources import RECORD_LIMIT, names_in_text
from sync.headquarters.sources.identity_papers import find_document_type, keep_read
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


def _parse_text(value: object, limit: int) -> str:
    """Cleaned text; "" when there is none."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(_("{field} must be text", field=THE_VALUE))
    text = clean(value, limit)
    return "" if text == "-" else text


def _text(limit: int) -> PlainValidator:
    return PlainValidator(lambda value: _parse_text(value, limit))


def _parse_number(value: object) -> float:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1000:
        raise ValueError(_("{field} must be a number, or 0 if it is not known", field=THE_VALUE))
    return value


def _parse_texts(value: object) -> tuple[str, ...]:
    entries = _parse_array([value] if isinstance(value, str) else value)
    if not all(isinstance(entry, str) for entry in entries):
        raise ValueError(_("{field} must be an array of texts", field=THE_VALUE))
    return tuple(text for entry in entries if (text := clean(entry, 200)) not in ("", "-"))


def _parse_array(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > _MAX_ENTRIES:
        raise ValueError(_("{field} must be an array of at most {most} entries", most=_MAX_ENTRIES, field=THE_VALUE))
    return value


def _parse_objects(value: object) -> list[Any]:
    entries = _parse_array(value)
    if not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(_("{field} must be an array of objects", field=THE_VALUE))
    return entries


def _parse_day(value: object) -> date | None:
    """A whole date, `2025-01-31` or `2025/01/31`."""
    text = _parse_text(value, TEXT_LIMIT).replace("/", "-")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(_("{field} must be a date such as 2025/01/31", field=THE_VALUE)) from None


_Text = Annotated[str, _text(TEXT_LIMIT)]
_Name = Annotated[str, _text(NAME_LIMIT)]
_Code = Annotated[str, _text(20)]
_Texts = Annotated[tuple[str, ...], PlainValidator(_parse_texts)]
_Number = Annotated[float, PlainValidator(_parse_number)]
_NoticeDay = Annotated[date | None, PlainValidator(_parse_day)]


@dataclass(frozen=True, slots=True)
class _Warrant:
    issuing_country_id: _Code = ""
    charge: _Text = ""
    charge_translation: _Text = ""


@dataclass(frozen=True, slots=True)
class _Alias:
    name: _Name = ""
    forename: _Name = ""


@dataclass(frozen=True, slots=True)
class _Paper:
    number: Annotated[str, _text(40)] = ""
    country: _Code = ""
    type: Annotated[str, _text(60)] = ""


@dataclass(frozen=True, slots=True)
class _Link:
    href: _Text = ""


@dataclass(frozen=True, slots=True)
class _Links:
    own: Annotated[_Link | None, Field(alias="self")] = None


@dataclass(frozen=True, slots=True)
class _LinkedPerson:
    name: _Name = ""
    forename: _Name = ""
    relation: Annotated[str, _text(60)] = ""
    record: Annotated[str, _text(RECORD_LIMIT)] = ""


def _parse_alias(value: object) -> str | _Alias:
    """Text alone, or an object."""
    return value if isinstance(value, str) else convert(_Alias, value)


_Warrants = Annotated[tuple[_Warrant, ...], BeforeValidator(_parse_objects)]
_Papers = Annotated[tuple[_Paper, ...], BeforeValidator(_parse_objects)]
_LinkedPersons = Annotated[tuple[_LinkedPerson, ...], BeforeValidator(_parse_objects)]
_Aliases = Annotated[tuple[Annotated[str | _Alias, PlainValidator(_parse_alias)], ...], BeforeValidator(_parse_array)]


@dataclass(frozen=True, slots=True)
class NoticeFields:
    """One notice as JSON has it; docs/formats/notices-json.md describes each field."""

    entity_id: _Text = ""
    name: _Name = ""
    forename: _Name = ""
    date_of_birth: _Text = ""
    sex_id: _Text = ""
    nationalities: _Texts = ()
    place_of_birth: Annotated[str, _text(200)] = ""
    country_of_birth_id: _Text = ""
    height: _Number = 0
    weight: _Number = 0
    eyes_colors_id: _Texts = ()
    hairs_id: _Texts = ()
    languages_spoken_ids: _Texts = ()
    distinguishing_marks: _Text = ""
    arrest_warrants: _Warrants = ()
    birth_name: _Name = ""
    aliases: _Aliases = ()
    father_name: _Name = ""
    father_forename: _Name = ""
    mother_name: _Name = ""
    mother_forename: _Name = ""
    date_of_event: _Text = ""
    place: _Text = ""
    country: _Text = ""
    un_reference: _Text = ""
    purpose: _Text = ""
    summary: _Text = ""
    notice_type: _Text = ""
    type: _Text = ""
    links: Annotated[_Links | None, Field(alias="_links")] = None
    action: _Text = ""
    review: _NoticeDay = None
    listed: _NoticeDay = None
    updated: _NoticeDay = None
    owner: _Name = ""
    reference: _Name = ""
    cautions: _Texts = ()
    documents: _Papers = ()
    associates: _LinkedPersons = ()
    original_script_names: _Texts = ()


def find_colour(fields: NoticeFields, folder: str) -> Colour:
    """The colour; NONE when nothing says it; ValueError for one that there is not.

    In this order: `notice_type` or `type` ("red", "Red notice"), a folder called `red`, `yellow`, `un` …,
    the path of `_links.self`, and what only one colour has: `un_reference`, `arrest_warrants`.
    """
    if notice_type := fields.notice_type or fields.type:
        return _parse_colour(notice_type)
    if folder.lower() in COLOURS:
        return COLOURS[folder.lower()]
    link = fields.links and fields.links.own and _LINK.search(fields.links.own.href)
    if link:
        return _parse_colour(link["colour"])
    if fields.un_reference:
        return Colour.UN_SPECIAL
    return Colour.RED if fields.arrest_warrants else Colour.NONE


def parse_notice(value: object, folder: str, skipped: Counter[Message]) -> Notice:
    """The notice in a JSON object that lies in a folder called `folder`; ValueError says what is wrong with it."""
    if not isinstance(value, dict):
        raise ValueError(_("a notice must be a JSON object"))
    fields = convert(NoticeFields, value)
    record = to_record(fields.entity_id) or fields.un_reference
    if not record or len(record) > RECORD_LIMIT:
        raise ValueError(_("it has no entity_id that could identify it"))
    colour = find_colour(fields, folder)
    if colour is Colour.NONE and not fields.action:
        skipped[_("kinds of notice that nothing says")] += 1
    issuers = _issuers(fields, skipped)
    return Notice(
        record=record,
        person=_person(fields, skipped),
        action=_action(fields.action) or DEFAULT_ACTIONS[colour],
        colour=colour,
        owner=fields.owner or ", ".join(f"NCB {issuer}" for issuer in issuers) or "INTERPOL",
        reference=fields.reference or clean(fields.un_reference, NAME_LIMIT),
        reason=_reason(fields),
        cautions=fields.cautions,
        listed=fields.listed,
        updated=fields.updated,
        review=fields.review,
    )


def to_record(entity_id: str) -> str:
    """The record's id for an `entity_id`, which may be written as in a link."""
    return _ID_IN_LINKS.sub("/", clean(entity_id))


def find_record(value: object) -> str:
    """The id of a notice that was refused; empty where it has none that can be one."""
    if not isinstance(value, dict):
        return ""
    texts = (value.get(field) for field in ("entity_id", "un_reference"))
    record = next((to_record(text) for text in texts if isinstance(text, str) and clean(text) not in ("", "-")), "")
    return record if len(record) <= RECORD_LIMIT else ""


def _parse_colour(words: str) -> Colour:
    name = words.lower().removesuffix("notice").removesuffix("notices").strip()
    if name not in COLOURS:
        raise ValueError(_("there is no kind of notice called {kind}", kind=repr(words[:20])))
    return COLOURS[name]


def _person(fields: NoticeFields, skipped: Counter[Message]) -> Person:
    names = [name for name in _names(fields) if name.full]
    if not names:
        raise ValueError(_("it has no name"))
    if not names_in_text.has_letters(names[0].full):
        raise ValueError(_("it has no name that can be read"))
    skipped[names_in_text.UNREADABLE] += sum(not names_in_text.is_readable(name.full) for name in names)
    listed = names_in_text.drop_repetitions(names)
    birth = _birth(fields.date_of_birth)
    place = [fields.place_of_birth, _country_name(fields.country_of_birth_id)]
    return Person(
        names=listed,
        births=(birth,) if birth else (),
        sex=_sex(fields.sex_id),
        nationalities=tuple(dict.fromkeys(_countries(fields.nationalities, skipped))),
        birth_places=tuple(filter(None, [", ".join(filter(None, place))])),
        documents=tuple(keep_read(_documents(fields, skipped), skipped)),
        father=_join_names(fields.father_forename, fields.father_name),
        mother=_join_names(fields.mother_forename, fields.mother_name),
        marks=_marks(fields),
        associates=tuple(_associates(fields)),
    )


def _names(fields: NoticeFields) -> Iterator[ListedName]:
    surname, given = names_in_text.clean_name(fields.name), names_in_text.clean_name(fields.forename)
    if not surname and not given:
        return
    yield _name(surname, given, NameQuality.PRIMARY)
    if birth_name := names_in_text.clean_name(fields.birth_name):
        yield _name(birth_name, given, NameQuality.FORMER)
    for alias in fields.aliases:
        if isinstance(alias, str):
            split = list(names_in_text.split_names(alias, NameQuality.GOOD))
            yield from split or [ListedName(clean(alias, NAME_LIMIT), quality=NameQuality.GOOD)]
        else:
            yield _name(
                names_in_text.clean_name(alias.name), names_in_text.clean_name(alias.forename), NameQuality.GOOD
            )
    for original in fields.original_script_names:
        yield ListedName(names_in_text.clean_name(original), quality=NameQuality.ORIGINAL)


def _name(surname: str, given: str, quality: NameQuality) -> ListedName:
    full = f"{given} {surname}".strip()
    if quality is not NameQuality.PRIMARY and is_other_script(full):
        quality = NameQuality.ORIGINAL
    return ListedName(full, surname, given, quality)


def _birth(text: str) -> PartialDate | None:
    try:
        birth = PartialDate.parse(text.replace("/", "-")) if text else None
        if birth and not 1850 <= (birth.year or 0) <= 2100:
            raise ValueError
        return birth
    except ValueError:
        raise ValueError(_("date_of_birth must be YYYY/MM/DD, YYYY/MM or YYYY, and a date that exists")) from None


def _sex(text: str) -> Sex:
    if text.upper() not in _SEXES:
        raise ValueError(_("sex_id must be M, F or U"))
    return _SEXES[text.upper()]


def _action(text: str) -> Action | None:
    try:
        return Action(text.lower()) if text else None
    except ValueError:
        raise ValueError(_("action must be one of {actions}", actions=", ".join(Action))) from None


def _countries(codes: tuple[str, ...], skipped: Counter[Message]) -> Iterator[str]:
    for code in codes:
        known = canonical_country(code)
        if known is None:
            skipped[_("unknown country codes")] += 1
        elif known != _UNSPECIFIED:
            yield known


def _country_name(code: str) -> str:
    return country_name(code) if code and canonical_country(code) not in (None, _UNSPECIFIED) else ""


def _issuers(fields: NoticeFields, skipped: Counter[Message]) -> tuple[str, ...]:
    codes = tuple(warrant.issuing_country_id for warrant in fields.arrest_warrants)
    return tuple(dict.fromkeys(_countries(tuple(filter(None, codes)), skipped)))


def _documents(fields: NoticeFields, skipped: Counter[Message]) -> Iterator[HeldDocument]:
    for paper in fields.documents:
        if any(map(str.isalnum, paper.number)):
            yield HeldDocument(paper.number, canonical_country(paper.country) or "", find_document_type(paper.type))
        else:
            skipped[_("documents without a number")] += 1


def _associates(fields: NoticeFields) -> Iterator[Associate]:
    for person in fields.associates:
        if name := _join_names(person.forename, person.name):
            yield Associate(name, person.relation, to_record(person.record))


def _join_names(*names: str) -> str:
    return " ".join(filter(None, map(names_in_text.clean_name, names)))


def _reason(fields: NoticeFields) -> str:
    """Charges (their translation where there is one), then what a yellow notice says of the disappearance."""
    charges = [warrant.charge_translation or warrant.charge for warrant in fields.arrest_warrants]
    event = [fields.date_of_event, fields.place, _country_name(fields.country)]
    missing = "missing since " + ", ".join(filter(None, event)) if event[0] else ""
    return clean("; ".join(filter(None, (*dict.fromkeys(charges), missing, fields.purpose, fields.summary))))


def _marks(fields: NoticeFields) -> str:
    parts = [
        f"{fields.height:g} m" if fields.height else "",
        f"{fields.weight:g} kg" if fields.weight else "",
        *(
            f"{words} {', '.join(codes)}" if codes else ""
            for words, codes in (
                ("eyes", fields.eyes_colors_id),
                ("hair", fields.hairs_id),
                ("speaks", fields.languages_spoken_ids),
            )
        ),
    ]
    return clean("; ".join(filter(None, (*parts, fields.distinguishing_marks))), 500)
