"""The UN Security Council's consolidated list, in XML: every individual becomes a notice.

- Action is REFUSE (the travel ban), the record's id the reference number (`QDi.001`). Entities are not persons: they
  are counted in `SourceInfo.skipped`.
- The file is read once to its end before anything is yielded. One that is not well-formed is taken apart, so that a
  fault costs one individual and no other; without the end of its outermost element it is cut off. DTDs and entities are
  refused, since this list has none.
- Nothing in an INDIVIDUAL is certain to be there but the reference number and a name. What cannot be understood (a
  birth date in another calendar, a nationality "na") is left out of the notice and counted, so that the person is on
  the list with the rest.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from data.documents.code_tables import country_by_name
from data.json_errors import explain_refusal
from data.persons.notice import Action, Colour, Notice
from data.persons.person import HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex
from data.text import Message, _
from data.untrusted_text import clean
from sync.headquarters.sources import (
    RECORD_LIMIT,
    Item,
    LeftOut,
    RefusedRecord,
    SourceInfo,
    dates_in_words,
    digest_row,
    identity_papers,
    names_in_text,
)
from sync.headquarters.sources.names_in_text import NAME_LIMIT, is_other_script
from sync.headquarters.sources.source_files import refuse_file, report_incomplete, require_content, require_one_file
from sync.headquarters.sources.un_schema import (
    CONTAINERS,
    ENTITY,
    FRAME,
    INDIVIDUAL,
    MEMBERS,
    ROOT,
    TEXT,
    clear_members,
    find_text,
    find_unknown,
    is_member,
    refuse_comments,
    refuse_fragment,
    refuse_stranger,
)  # fmt: skip
from sync.headquarters.sources.xml_fragments import XmlFragment, describe_fault, find_encoding, split_members

_QUALITIES = {"good": NameQuality.GOOD, "low": NameQuality.LOW}
_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE}
_NOTICE_LINK = re.compile(r"\s*INTERPOL-UN Security Council Special Notice web link:\s*\S*", re.IGNORECASE)
_REVIEWS = re.compile(
    r"\s*(?:The )?review pursuant to Security Council resolution[^.]*?was (?:concluded|completed) on [\w ]{4,20}\.?",
    re.IGNORECASE,
)
"""The list's own housekeeping, which says nothing about the person."""
_PARENT = r"(?<!grand){}[’'`]?s?\s+name(?:\s+(?:is|was)|:)?\s+(?P<name>[^.;,()]+)"
_FATHER, _MOTHER = (re.compile(_PARENT.format(word), re.IGNORECASE) for word in ("father", "mother"))

_ROOT_TAG = re.compile(rb"<CONSOLIDATED_LIST\b[^<>]*>")
_DATE = re.compile(rb"""dateGenerated=["']([!-~]{1,40})["']""")
_CUT_OFF = (3, 5, 6)
"""Of expat: no element found, unclosed token, partial character."""
_SIZE_LIMIT = 200_000_000
_DEPTH_LIMIT = 20
_DO = _("Get consolidated.xml from the UN's site again")


def parse_individual(element: Element, skipped: Counter[Message]) -> Notice:
    """The notice; what is left out is counted in `skipped`; ValueError says why there can be none."""
    record = clean(element.findtext("REFERENCE_NUMBER"))
    if not record or len(record) > RECORD_LIMIT:
        raise ValueError(_("it has no REFERENCE_NUMBER that could identify it"))
    primary, *others = _names(element, skipped)
    if not names_in_text.has_letters(primary.full):
        raise ValueError(_("it has no name that can be read"))
    listed_names = names_in_text.drop_repetitions((primary, *others))
    committee = clean(element.findtext("UN_LIST_TYPE"), 60)
    return Notice(
        record=record,
        person=_person(element, listed_names, skipped),
        action=Action.REFUSE,
        colour=Colour.UN_SPECIAL,
        owner=f"UN Security Council ({committee})" if committee else "UN Security Council",
        reference=clean(element.findtext("DATAID"), 40),
        reason=_reason(element),
        listed=dates_in_words.parse_iso_day(clean(element.findtext("LISTED_ON"))),
        updated=_last_update(element),
    )


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Notices and refusals in the order of the file; RefusedFile before the first if it is no such list."""
    path = require_one_file(paths, "un-xml")
    require_content(path, _SIZE_LIMIT)
    signs: tuple[Message, ...] = ()
    try:
        members: Iterable[Element | XmlFragment] = _members(path)
        count = sum(element.tag == INDIVIDUAL for element in _members(path))
    except ParseError as problem:
        data = path.read_bytes()
        members = list(_take_apart(path, data, problem))
        count = sum(element.tag == INDIVIDUAL for element in members)
        if not data.rstrip(b"\0\r\n\t ").endswith(f"</{ROOT}>".encode()):
            signs = (_("{file} lacks its end, </{name}>", file=path.name, name=ROOT),)
    if not count and signs:
        raise report_incomplete(signs)
    yield from _items(path, members, signs)


def _items(path: Path, members: Iterable[Element | XmlFragment], signs: tuple[Message, ...]) -> Iterator[Item]:
    left_out = LeftOut()
    partly_read: set[str] = set()
    others: set[str] = set()
    date = ""
    for member in members:
        if isinstance(member, XmlFragment):
            yield from refuse_fragment(path, member)
        elif member.tag == ROOT:
            date = clean(member.get("dateGenerated"), 40)
        elif member.tag == ENTITY:
            left_out.note("", {_("entities, since only persons are imported"): 1})
            others.update(clean(number.text) for number in member.iter("REFERENCE_NUMBER"))
        elif member.tag != INDIVIDUAL:
            yield refuse_stranger(path, member)
        else:
            skipped: Counter[Message] = Counter()
            item = _item(path, member, skipped)
            record = item.record if isinstance(item, Notice) else ""
            if left_out.note(record, skipped) and record:
                partly_read.add(record)
            yield item
            if isinstance(item, Notice) and (unknown := find_unknown(member)):
                why = _("it has unknown elements, which were left out: {elements}", elements=", ".join(unknown[:5]))
                yield RefusedRecord(f"{path.name} INDIVIDUAL {item.record}", why, item.record)
    yield from refuse_comments(path)
    yield SourceInfo(
        date,
        dict(left_out.counts),
        left_out.records,
        signs,
        other_types=frozenset(others),
        partly_read=frozenset(partly_read),
    )


def _person(element: Element, listed_names: tuple[ListedName, ...], skipped: Counter[Message]) -> Person:
    comments = clean(element.findtext("COMMENTS1"), 10_000)
    return Person(
        names=listed_names,
        births=tuple(dict.fromkeys(_births(element, skipped))),
        sex=_SEXES.get(clean(element.findtext("GENDER")).lower(), Sex.UNKNOWN),
        nationalities=tuple(dict.fromkeys(_nationalities(element, skipped))),
        birth_places=tuple(dict.fromkeys(filter(None, map(_place, element.findall("INDIVIDUAL_PLACE_OF_BIRTH"))))),
        documents=tuple(dict.fromkeys(identity_papers.keep_read(_documents(element, skipped), skipped))),
        father=_parent(_FATHER, comments),
        mother=_parent(_MOTHER, comments),
        associates=names_in_text.find_associates(comments, clean(element.findtext("REFERENCE_NUMBER"))),
    )


def _names(element: Element, skipped: Counter[Message]) -> Iterator[ListedName]:
    parts = [
        names_in_text.clean_name(element.findtext(f"{nth}_NAME")) for nth in ("FIRST", "SECOND", "THIRD", "FOURTH")
    ]
    skipped[names_in_text.UNREADABLE] += not all(map(names_in_text.is_readable, filter(None, parts)))
    full = " ".join(filter(None, parts))
    skipped[names_in_text.UNREADABLE] += len(full) > NAME_LIMIT
    yield ListedName(clean(full, NAME_LIMIT))
    for original in filter(None, map(str.strip, clean(element.findtext("NAME_ORIGINAL_SCRIPT")).split(";"))):
        name = names_in_text.clean_name(original)
        skipped[names_in_text.UNREADABLE] += not names_in_text.is_readable(name)
        yield ListedName(name, quality=NameQuality.ORIGINAL)
    for alias in element.findall("INDIVIDUAL_ALIAS"):
        text = clean(alias.findtext("ALIAS_NAME"))
        aliases = list(_aliases(alias))
        read = names_in_text.is_readable(text) and all(names_in_text.is_readable(name.full) for name in aliases)
        skipped[names_in_text.UNREADABLE] += text not in names_in_text.NOTHING and not read
        yield from aliases


def _aliases(alias: Element) -> Iterator[ListedName]:
    quality = _QUALITIES.get(clean(alias.findtext("QUALITY")).lower(), NameQuality.LOW)
    text, note = clean(alias.findtext("ALIAS_NAME")), clean(alias.findtext("NOTE"))
    if "formerly listed" in note.lower() or "previously listed" in text.lower():
        quality = NameQuality.FORMER
    yield from names_in_text.split_names(text, quality)
    # Where the alias is in its own script, the note spells it in Latin letters.
    if is_other_script(text) and (spelled := re.search(r"\(([^()]+)\)", note) or re.fullmatch(r"(.*;.*)", note)):
        yield from names_in_text.split_names(spelled[1], quality)


def _births(element: Element, skipped: Counter[Message]) -> Iterator[PartialDate]:
    for entry in element.findall("INDIVIDUAL_DATE_OF_BIRTH"):
        birth = _birth({part.tag: clean(part.text, 80) for part in entry})
        if birth:
            yield birth
        elif any(clean(part.text) for part in entry if part.tag != "TYPE_OF_DATE"):
            skipped[_("birth dates not understood")] += 1
    for alias in element.findall("INDIVIDUAL_ALIAS/DATE_OF_BIRTH"):
        text = clean(alias.text, 80)
        if birth := _day_or_words(text):
            yield birth
        elif text:
            skipped[_("birth dates not understood")] += 1


def _birth(entry: dict[str, str]) -> PartialDate | None:
    about = entry.get("TYPE_OF_DATE", "").upper().startswith("APPROX")
    first, last = (entry.get(f"{end}_YEAR") or entry.get(f"{end}_DATE", "")[:4] for end in ("FROM", "TO"))
    if _is_year(first) and _is_year(last):
        return dates_in_words.make_year_span(int(first), int(last))
    note = entry.get("NOTE", "")
    birth = _day_or_words(entry.get("DATE", "")) or _parts(entry, note) or _day_or_words(note)
    return PartialDate(birth.year, about=True) if birth and about and birth.until is None else birth


def _parts(entry: dict[str, str], note: str) -> PartialDate | None:
    year, month, day = (entry.get(key, "") for key in ("YEAR", "MONTH", "DAY"))
    if not _is_year(year):
        return None
    if month.isdigit():
        numbers = f"{year}-{int(month):02}" + (f"-{int(day):02}" if day.isdigit() else "")
        return _parse_partial_date(numbers) or dates_in_words.parse_date_in_words(year)
    # The month may be a word, in its own element or in the note ("Sep.").
    return dates_in_words.parse_date_in_words(f"{day} {month or note} {year}") or dates_in_words.parse_date_in_words(
        year
    )


def _day_or_words(text: str) -> PartialDate | None:
    day = dates_in_words.parse_iso_day(text)
    return PartialDate.of(day) if day else dates_in_words.parse_date_in_words(text)


def _parse_partial_date(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()


def _nationalities(element: Element, skipped: Counter[Message]) -> Iterator[str]:
    for value in element.findall("NATIONALITY/VALUE"):
        name = names_in_text.clean_name(value.text)
        if code := country_by_name(name):
            yield code
        elif name:
            skipped[_("unknown nationalities")] += 1


def _place(entry: Element) -> str:
    parts = (names_in_text.clean_name(entry.findtext(tag)) for tag in ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY"))
    return ", ".join(filter(None, parts))


def _documents(element: Element, skipped: Counter[Message]) -> Iterator[HeldDocument]:
    for entry in element.findall("INDIVIDUAL_DOCUMENT"):
        texts = {part.tag: clean(part.text) for part in entry}
        words = texts.get("TYPE_OF_DOCUMENT2") or texts.get("TYPE_OF_DOCUMENT", "")
        country = texts.get("ISSUING_COUNTRY") or texts.get("COUNTRY_OF_ISSUE")
        number, note = texts.get("NUMBER", ""), texts.get("NOTE", "")
        document = identity_papers.parse_document(number, f"{words} {number}", country) if number else None
        document = document or identity_papers.find_document_in_note(note, words, country)
        if document:
            yield document
        elif number or note:
            skipped[_("documents without a number")] += 1


def _reason(element: Element) -> str:
    designations = (clean(value.text) for value in element.findall("DESIGNATION/VALUE"))
    comments = _REVIEWS.sub("", _NOTICE_LINK.sub("", clean(element.findtext("COMMENTS1"), 10_000)))
    return clean(" · ".join(filter(None, (*designations, comments))))


def _last_update(element: Element) -> date | None:
    days = (dates_in_words.parse_iso_day(clean(value.text)) for value in element.findall("LAST_DAY_UPDATED/VALUE"))
    return max(filter(None, days), default=None)


def _parent(pattern: re.Pattern[str], comments: str) -> str:
    match = pattern.search(comments)
    return clean(match["name"], 100) if match else ""


def _item(path: Path, element: Element, skipped: Counter[Message]) -> Item:
    try:
        if len(element.findall("REFERENCE_NUMBER")) > 1:
            raise ValueError(_("it has several REFERENCE_NUMBERs, so it is not one person"))
        return parse_individual(element, skipped)
    except ValueError as problem:
        numbers = [clean(number.text) for number in element.findall("REFERENCE_NUMBER")]
        identity = numbers[0] if len(numbers) == 1 else ""
        known_as = clean(" ".join(numbers) or element.findtext("DATAID"), 40)
        return RefusedRecord(
            f"{path.name} INDIVIDUAL {known_as}".strip(),
            explain_refusal(problem),
            identity if len(identity) <= RECORD_LIMIT else "",
            hides_others=True,
            digest=digest_row(tostring(element)),
        )


def _members(path: Path) -> Iterator[Element]:
    """The root as it opens, then each INDIVIDUAL and ENTITY as it closes; each is forgotten once used.

    ParseError where the file is not well-formed.
    """
    open_elements: list[Element] = []
    try:
        for event, element in iterparse(path, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                open_elements.append(element)
                _check(path, open_elements)
                if len(open_elements) == 1:
                    yield element
                continue
            open_elements.pop()
            if is_member(element, open_elements):
                yield element
                clear_members(open_elements[-1])
            elif element.tag in FRAME and (text := find_text(element)):
                stranger = Element(TEXT)
                stranger.text = text
                yield stranger
    except ParseError:
        raise
    except DefusedXmlException as problem:
        raise refuse_file(
            _("{file} declares entities or a DTD, which this list never does", file=path.name), _DO
        ) from problem
    except (OSError, ValueError, LookupError) as problem:
        raise refuse_file(_("{file} cannot be read as XML", file=path.name), _DO) from problem


def _take_apart(path: Path, data: bytes, problem: ParseError) -> Iterator[Element | XmlFragment]:
    """The root and the members of a file that is not well-formed, the broken ones as they are."""
    encoding = find_encoding(data)
    root = _ROOT_TAG.search(data)
    if root is None and problem.code in _CUT_OFF:
        raise report_incomplete([_("{file} ends too early", file=path.name)])
    if root is None or not encoding or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise refuse_file(_("{file} is not well-formed XML: {problem}", file=path.name, problem=problem), _DO)
    date = _DATE.search(root[0])
    yield Element(ROOT, {"dateGenerated": date[1].decode("ascii")} if date else {})
    for fragment in split_members(data, MEMBERS, (ROOT, *CONTAINERS)):
        yield _parse_fragment(path, data, fragment, encoding)


def _parse_fragment(path: Path, data: bytes, fragment: XmlFragment, encoding: str) -> Element | XmlFragment:
    if fragment.fault:
        return fragment
    head = f'<?xml version="1.0" encoding="{encoding}"?><{ROOT}>'.encode()
    text = head + fragment.content + f"</{ROOT}>".encode()
    open_elements: list[Element] = []
    element = Element(ROOT)
    try:
        for event, element in iterparse(BytesIO(text), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                open_elements.append(element)
                _check(path, open_elements)
            else:
                open_elements.pop()
    except (ParseError, DefusedXmlException, ValueError) as problem:
        return replace(fragment, fault=describe_fault(data, fragment, problem, len(head)))
    return element[0]


def _check(path: Path, open_elements: list[Element]) -> None:
    if open_elements[0].tag != ROOT:
        raise refuse_file(
            _("{file} is not the UN consolidated list", file=path.name),
            _("The outermost XML element must be {name}", name=ROOT),
        )
    if len(open_elements) > _DEPTH_LIMIT:
        raise refuse_file(
            _("{file} nests its elements more than {depth} levels deep", file=path.name, depth=_DEPTH_LIMIT),
            _DO,
        )
