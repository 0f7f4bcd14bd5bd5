"""One INDIVIDUAL of the UN consolidated list as a notice.

Nothing in it is certain to be there but the reference number and a name. What cannot be understood (a
birth date in another calendar, a nationality "na") is left out of the notice and counted, so that the
person is on the list with the rest.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from data.documents.countries import by_name
from data.persons.notice import Action, Colour, Notice
from data.persons.partial_date import PartialDate
from data.persons.person import HeldDocument, ListedName, NameQuality, Person, Sex
from data.sources import dates, identity_papers, mentions, names
from data.sources.text import NAME_LIMIT, RECORD_LIMIT, clean, is_other_script

_QUALITIES = {"good": NameQuality.GOOD, "low": NameQuality.LOW}
_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE}
_NOTICE_LINK = re.compile(r"\s*INTERPOL-UN Security Council Special Notice web link:\s*\S*", re.IGNORECASE)
_REVIEWS = re.compile(
    r"\s*(?:The )?review pursuant to Security Council resolution[^.]*?was (?:concluded|completed) on [\w ]{4,20}\.?",
    re.IGNORECASE,
)
"""The list's own housekeeping, which tells an officer nothing about the person."""
_PARENT = r"(?<!grand){}[’'`]?s?\s+name(?:\s+(?:is|was)|:)?\s+(?P<name>[^.;,()]+)"
_FATHER, _MOTHER = (re.compile(_PARENT.format(word), re.IGNORECASE) for word in ("father", "mother"))


def notice(element: Element, skipped: Counter[str]) -> Notice:
    """The notice; what is left out is counted in `skipped`; ValueError says why there can be none."""
    record = clean(element.findtext("REFERENCE_NUMBER"))
    if not record or len(record) > RECORD_LIMIT:
        raise ValueError("it has no REFERENCE_NUMBER that could identify it")
    listed_names = names.distinct(_names(element))
    if not listed_names:
        raise ValueError("it has no name")
    committee = clean(element.findtext("UN_LIST_TYPE"), 60)
    return Notice(
        record=record,
        person=_person(element, listed_names, skipped),
        action=Action.REFUSE,
        colour=Colour.UN_SPECIAL,
        owner=f"UN Security Council ({committee})" if committee else "UN Security Council",
        reference=clean(element.findtext("DATAID"), 40),
        reason=_reason(element),
        listed=dates.iso_day(clean(element.findtext("LISTED_ON"))),
        updated=_last_update(element),
    )


def _person(element: Element, listed_names: tuple[ListedName, ...], skipped: Counter[str]) -> Person:
    comments = clean(element.findtext("COMMENTS1"), 10_000)
    return Person(
        names=listed_names,
        births=tuple(dict.fromkeys(_births(element, skipped))),
        sex=_SEXES.get(clean(element.findtext("GENDER")).lower(), Sex.UNKNOWN),
        nationalities=tuple(dict.fromkeys(_nationalities(element, skipped))),
        birth_places=tuple(dict.fromkeys(filter(None, map(_place, element.findall("INDIVIDUAL_PLACE_OF_BIRTH"))))),
        documents=tuple(dict.fromkeys(_documents(element, skipped))),
        father=_parent(_FATHER, comments),
        mother=_parent(_MOTHER, comments),
        associates=mentions.of_remarks(comments, clean(element.findtext("REFERENCE_NUMBER"))),
    )


def _names(element: Element) -> Iterator[ListedName]:
    parts = (names.plain(element.findtext(f"{nth}_NAME")) for nth in ("FIRST", "SECOND", "THIRD", "FOURTH"))
    yield ListedName(" ".join(filter(None, parts))[:NAME_LIMIT])
    for original in clean(element.findtext("NAME_ORIGINAL_SCRIPT")).split(";"):
        yield ListedName(names.plain(original), quality=NameQuality.ORIGINAL)
    for alias in element.findall("INDIVIDUAL_ALIAS"):
        yield from _aliases(alias)


def _aliases(alias: Element) -> Iterator[ListedName]:
    quality = _QUALITIES.get(clean(alias.findtext("QUALITY")).lower(), NameQuality.LOW)
    text, note = clean(alias.findtext("ALIAS_NAME")), clean(alias.findtext("NOTE"))
    if "formerly listed" in note.lower() or "previously listed" in text.lower():
        quality = NameQuality.FORMER
    yield from names.split(text, quality)
    # Where the alias is in its own script, the note spells it in Latin letters.
    if is_other_script(text) and (spelled := re.search(r"\(([^()]+)\)", note) or re.fullmatch(r"(.*;.*)", note)):
        yield from names.split(spelled[1], quality)


def _births(element: Element, skipped: Counter[str]) -> Iterator[PartialDate]:
    for entry in element.findall("INDIVIDUAL_DATE_OF_BIRTH"):
        birth = _birth({part.tag: clean(part.text, 80) for part in entry})
        if birth:
            yield birth
        elif any(clean(part.text) for part in entry if part.tag != "TYPE_OF_DATE"):
            skipped["birth dates not understood"] += 1
    for alias in element.findall("INDIVIDUAL_ALIAS/DATE_OF_BIRTH"):
        if birth := _day_or_words(clean(alias.text, 80)):
            yield birth


def _birth(entry: dict[str, str]) -> PartialDate | None:
    about = entry.get("TYPE_OF_DATE", "").upper().startswith("APPROX")
    first, last = (entry.get(f"{end}_YEAR") or entry.get(f"{end}_DATE", "")[:4] for end in ("FROM", "TO"))
    if _is_year(first) and _is_year(last):
        return dates.between(int(first), int(last))
    note = entry.get("NOTE", "")
    birth = _day_or_words(entry.get("DATE", "")) or _parts(entry, note) or _day_or_words(note)
    return PartialDate(birth.year, about=True) if birth and about and birth.until is None else birth


def _parts(entry: dict[str, str], note: str) -> PartialDate | None:
    year, month, day = (entry.get(key, "") for key in ("YEAR", "MONTH", "DAY"))
    if not _is_year(year):
        return None
    if month.isdigit():
        numbers = f"{year}-{int(month):02}" + (f"-{int(day):02}" if day.isdigit() else "")
        return _parsed(numbers) or dates.in_words(year)
    # The month may stand in words, in its own element or in the note ("Sep.").
    return dates.in_words(f"{day} {month or note} {year}") or dates.in_words(year)


def _day_or_words(text: str) -> PartialDate | None:
    day = dates.iso_day(text)
    return PartialDate.of(day) if day else dates.in_words(text)


def _parsed(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()


def _nationalities(element: Element, skipped: Counter[str]) -> Iterator[str]:
    for value in element.findall("NATIONALITY/VALUE"):
        name = names.plain(value.text)
        if code := by_name(name):
            yield code
        elif name:
            skipped["nationalities not known"] += 1


def _place(entry: Element) -> str:
    parts = (names.plain(entry.findtext(tag)) for tag in ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY"))
    return ", ".join(filter(None, parts))


def _documents(element: Element, skipped: Counter[str]) -> Iterator[HeldDocument]:
    for entry in element.findall("INDIVIDUAL_DOCUMENT"):
        texts = {part.tag: clean(part.text) for part in entry}
        words = texts.get("TYPE_OF_DOCUMENT2") or texts.get("TYPE_OF_DOCUMENT", "")
        country = texts.get("ISSUING_COUNTRY") or texts.get("COUNTRY_OF_ISSUE")
        number, note = texts.get("NUMBER", ""), texts.get("NOTE", "")
        found = identity_papers.held(number, f"{words} {number}", country) if number else None
        found = found or identity_papers.in_note(note, words, country)
        if found:
            yield found
        elif number or note:
            skipped["documents without a number"] += 1


def _reason(element: Element) -> str:
    designations = (clean(value.text) for value in element.findall("DESIGNATION/VALUE"))
    comments = _REVIEWS.sub("", _NOTICE_LINK.sub("", clean(element.findtext("COMMENTS1"), 10_000)))
    return clean(" · ".join(filter(None, (*designations, comments))))


def _last_update(element: Element) -> date | None:
    days = (dates.iso_day(clean(value.text)) for value in element.findall("LAST_DAY_UPDATED/VALUE"))
    return max(filter(None, days), default=None)


def _parent(pattern: re.Pattern[str], comments: str) -> str:
    match = pattern.search(comments)
    return clean(match["name"], 100) if match else ""
