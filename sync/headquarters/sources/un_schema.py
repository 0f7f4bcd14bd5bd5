"""The frame of the UN's list, and what its schema does not have: elements, text and comments that may be a person or a
part of one.

A changed schema and a damaged tag look alike, and neither is absent.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from data.text import _
from data.untrusted_text import clean
from sync.headquarters.sources import RECORD_LIMIT, RefusedRecord, digest_row
from sync.headquarters.sources.xml_fragments import XmlFragment

ROOT = "CONSOLIDATED_LIST"
INDIVIDUAL = "INDIVIDUAL"
ENTITY = "ENTITY"
MEMBERS = (INDIVIDUAL, ENTITY)
CONTAINERS = ("INDIVIDUALS", "ENTITIES")
FRAME = (ROOT, *CONTAINERS)
TEXT = "text"
"""In place of an element, where there is text between members."""
_CHILDREN = {
    "INDIVIDUAL": frozenset(
        {
            "COMMENTS1", "DATAID", "DELISTED_ON", "DESIGNATION", "FIRST_NAME", "FOURTH_NAME", "GENDER",
            "INDIVIDUAL_ADDRESS", "INDIVIDUAL_ALIAS", "INDIVIDUAL_DATE_OF_BIRTH", "INDIVIDUAL_DOCUMENT",
            "INDIVIDUAL_PLACE_OF_BIRTH", "LAST_DAY_UPDATED", "LISTED_ON", "LIST_TYPE", "NAME_ORIGINAL_SCRIPT",
            "NATIONALITY", "NATIONALITY2", "REFERENCE_NUMBER", "SECOND_NAME", "SORT_KEY", "SORT_KEY_LAST_MOD",
            "SUBMITTED_BY", "SUBMITTED_ON", "THIRD_NAME", "TITLE", "UN_LIST_TYPE", "VERSIONNUM",
        }
    ),
    "INDIVIDUAL_ALIAS": frozenset(
        {"ALIAS_NAME", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "DATE_OF_BIRTH", "NOTE", "QUALITY"}
    ),
    "INDIVIDUAL_DATE_OF_BIRTH": frozenset(
        {"DATE", "DAY", "FROM_DATE", "FROM_YEAR", "MONTH", "NOTE", "TO_DATE", "TO_YEAR", "TYPE_OF_DATE", "YEAR"}
    ),
    "INDIVIDUAL_DOCUMENT": frozenset(
        {
            "CITY_OF_ISSUE", "COUNTRY_OF_ISSUE", "DATE_OF_ISSUE", "ISSUING_COUNTRY", "NOTE", "NUMBER",
            "TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2",
        }
    ),
    "NATIONALITY": frozenset({"VALUE"}),
}  # fmt: skip
"""The elements of the list's schema that say who a person is, and what may be in them."""
_COMMENT = re.compile(rb"<!--(.*?)-->", re.DOTALL)
REFERENCE = re.compile(rb"<REFERENCE_NUMBER>([^<>]{1,80})</REFERENCE_NUMBER>")


def find_unknown(element: Element) -> list[str]:
    """Names of elements that the schema does not have there, and of text where it has none."""
    unknown = []
    for parent in (element, *element):
        known = _CHILDREN.get(parent.tag)
        if known is None:
            continue
        unknown += [clean(part.tag, 40) for part in parent if part.tag not in known]
        texts = (parent.text, *(part.tail for part in parent))
        unknown += [_("text in {element}", element=parent.tag)] if any(map(clean, texts)) else []
    return list(dict.fromkeys(unknown))


def refuse_stranger(path: Path, element: Element) -> RefusedRecord:
    """An element or text beside the individuals: one of them whose tag is damaged, or of another schema."""
    references = [clean(part.text) for part in element.iter() if _local_name(part) == "REFERENCE_NUMBER"]
    identity = references[0] if len(references) == 1 and len(references[0]) <= RECORD_LIMIT else ""
    why = _("only INDIVIDUAL and ENTITY may be here")
    where = f"{path.name} {clean(element.tag, 40)} {identity}".strip()
    digest = digest_row(tostring(element))
    return RefusedRecord(where, why, identity, is_certain=False, hides_others=True, digest=digest)


def refuse_fragment(path: Path, fragment: XmlFragment) -> Iterator[RefusedRecord]:
    """A refusal for each reference number in a broken fragment; others may be lost in it.

    An entity was never on the list; one that ends as an individual does took one along.
    """
    numbers = [clean(number.decode("utf-8", "replace")) for number in REFERENCE.findall(fragment.content)]
    digest = digest_row(fragment.content)
    for number in numbers or [""]:
        where = f"{path.name} {fragment.tag or INDIVIDUAL} {number}".strip()
        is_entity = fragment.tag == ENTITY and INDIVIDUAL.encode() not in fragment.content
        yield RefusedRecord(
            where,
            fragment.fault,
            number,
            is_certain=is_entity,
            is_of_list=not is_entity,
            hides_others=True,
            digest=digest,
        )


def refuse_comments(path: Path) -> Iterator[RefusedRecord]:
    """Comments that hold individuals."""
    for comment in _COMMENT.finditer(path.read_bytes()):
        if b"<INDIVIDUAL" in comment[1]:
            numbers = [clean(number.decode("utf-8", "replace")) for number in REFERENCE.findall(comment[1])]
            for identity in numbers or [""]:
                where = f"{path.name} {identity}".strip()
                why = _("it is commented out")
                yield RefusedRecord(where, why, identity, is_certain=False, digest=digest_row(comment[1]))


def _local_name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].upper()


def is_member(element: Element, open_elements: Sequence[Element]) -> bool:
    """Whether it lies where the list has its members: an INDIVIDUAL, an ENTITY, or what stands in their place."""
    if element.tag in MEMBERS:
        return True
    depth = len(open_elements)
    return element.tag not in FRAME and (depth == 1 or (depth == 2 and open_elements[1].tag in CONTAINERS))


def clear_members(parent: Element) -> None:
    """Forget the members that were used; text between them stays, since it should not be there."""
    text = find_text(parent)
    parent.clear()
    parent.text = text


def find_text(element: Element) -> str:
    """Text directly within an element."""
    return clean(" ".join(filter(None, (element.text, *(part.tail for part in element)))), 1000)
