"""One INTERPOL-style notice from its JSON fields.

Only `entity_id` and `name` must be there. A date is `YYYY/MM/DD`, `YYYY/MM` or `YYYY`; height or weight 0
is unknown; nationality 914 or 922 is none. A code of a country that is not known is left out and counted.
"""

import re
from collections import Counter
from collections.abc import Iterator

from data.documents.countries import canonical, name_of
from data.persons.notice import DEFAULT_ACTIONS, Action, Notice
from data.persons.partial_date import PartialDate
from data.persons.person import Associate, HeldDocument, ListedName, NameQuality, Person, Sex
from data.sources import names
from data.sources.identity_papers import type_of
from data.sources.notice_colour import colour_of
from data.sources.notice_fields import Fields
from data.sources.text import NAME_LIMIT, RECORD_LIMIT, clean, is_other_script

_UNSPECIFIED = "XXX"
"""What 914 and 922 become: a nationality that says nothing about a traveller's."""
_ID_IN_LINKS = re.compile(r"(?<=^\d{4})-(?=\d+$)")
"""Links write 2019-12345 for the notice 2019/12345."""
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "U": Sex.UNKNOWN, "X": Sex.UNKNOWN, "": Sex.UNKNOWN}


def notice(fields: Fields, folder: str, skipped: Counter[str]) -> Notice:
    """The notice; `folder` is the name of the one it lies in; ValueError says what is wrong with it."""
    record = _ID_IN_LINKS.sub("/", fields.text("entity_id")) or fields.text("un_reference")
    if not record or len(record) > RECORD_LIMIT:
        raise ValueError("it has no entity_id that could identify it")
    colour = colour_of(fields, folder)
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


def _person(fields: Fields, skipped: Counter[str]) -> Person:
    listed = names.distinct(_names(fields))
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
        father=_joined(fields, "father_forename", "father_name"),
        mother=_joined(fields, "mother_forename", "mother_name"),
        marks=_marks(fields),
        associates=tuple(_associates(fields)),
    )


def _names(fields: Fields) -> Iterator[ListedName]:
    surname, given = (names.plain(fields.text(key, NAME_LIMIT)) for key in ("name", "forename"))
    if not surname and not given:
        return
    yield _name(surname, given, NameQuality.PRIMARY)
    if birth_name := names.plain(fields.text("birth_name", NAME_LIMIT)):
        yield _name(birth_name, given, NameQuality.FORMER)
    for entry in fields.array("aliases"):
        if isinstance(entry, str):
            yield from names.split(entry, NameQuality.GOOD)
            continue
        alias = Fields.of(entry)
        surname, given = (names.plain(alias.text(key, NAME_LIMIT)) for key in ("name", "forename"))
        yield _name(surname, given, NameQuality.GOOD)
    for original in fields.texts("original_script_names"):
        yield ListedName(names.plain(original), quality=NameQuality.ORIGINAL)


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
        known = canonical(code)
        if known is None:
            skipped["codes of countries not known"] += 1
        elif known != _UNSPECIFIED:
            yield known


def _country_name(code: str) -> str:
    return name_of(code) if code and canonical(code) not in (None, _UNSPECIFIED) else ""


def _issuers(fields: Fields, skipped: Counter[str]) -> tuple[str, ...]:
    codes = tuple(warrant.text("issuing_country_id", 20) for warrant in fields.parts("arrest_warrants"))
    return tuple(dict.fromkeys(_countries(tuple(filter(None, codes)), skipped)))


def _documents(fields: Fields) -> Iterator[HeldDocument]:
    for entry in fields.parts("documents"):
        country = canonical(entry.text("country", 20)) or ""
        if number := entry.text("number", 40):
            yield HeldDocument(number, country, type_of(entry.text("type", 60)))


def _associates(fields: Fields) -> Iterator[Associate]:
    for entry in fields.parts("associates"):
        name = _joined(entry, "forename", "name")
        if name:
            record = _ID_IN_LINKS.sub("/", entry.text("record", RECORD_LIMIT))
            yield Associate(name, entry.text("relation", 60), record)


def _joined(fields: Fields, *keys: str) -> str:
    return " ".join(filter(None, (names.plain(fields.text(key, NAME_LIMIT)) for key in keys)))


def _reason(fields: Fields) -> str:
    """Charges (their translation where there is one), then what a yellow notice says of the disappearance."""
    charges = [
        warrant.text("charge_translation") or warrant.text("charge") for warrant in fields.parts("arrest_warrants")
    ]
    event = [fields.text("date_of_event"), fields.text("place"), _country_name(fields.text("country"))]
    missing = "missing since " + ", ".join(filter(None, event)) if event[0] else ""
    return clean(
        "; ".join(filter(None, (*dict.fromkeys(charges), missing, fields.text("purpose"), fields.text("summary"))))
    )


def _marks(fields: Fields) -> str:
    height, weight = fields.number("height"), fields.number("weight")
    parts = [f"{height:g} m" if height else "", f"{weight:g} kg" if weight else ""]
    for words, key in (("eyes", "eyes_colors_id"), ("hair", "hairs_id"), ("speaks", "languages_spoken_ids")):
        codes = fields.texts(key)
        parts.append(f"{words} {', '.join(codes)}" if codes else "")
    return clean("; ".join(filter(None, (*parts, fields.text("distinguishing_marks")))), 500)
