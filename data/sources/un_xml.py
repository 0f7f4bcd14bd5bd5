"""The UN Security Council's consolidated list, in XML: every individual becomes a notice.

Action is REFUSE (the travel ban), the record's id the reference number (`QDi.001`). Entities are not
persons: they are counted in `SourceInfo.skipped`. The file is read once to its end before anything is
yielded, so one that was cut off is refused whole; DTDs and entities are refused, since this list has none.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from data.sources import Item, Refusal, SourceInfo
from data.sources.files import one_file, refuse
from data.sources.text import clean
from data.sources.un_individual import notice

_ROOT = "CONSOLIDATED_LIST"
_SIZE_LIMIT = 200_000_000
_DEPTH_LIMIT = 20
_WHAT_TO_DO = "Fetch consolidated.xml again from the UN's site"


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Notices and refusals in the order of the file; RefusedFile before the first if it is no such list or cut off."""
    path = one_file(paths, "un-xml")
    if path.stat().st_size > _SIZE_LIMIT:
        raise refuse(path, f"is larger than {_SIZE_LIMIT // 1_000_000} MB", "Check that it is the right file")
    if not sum(element.tag == "INDIVIDUAL" for element in _members(path)):
        raise refuse(path, "lists no individual", _WHAT_TO_DO)
    skipped: Counter[str] = Counter()
    date = ""
    for element in _members(path):
        if element.tag == _ROOT:
            date = clean(element.get("dateGenerated"), 40)
        elif element.tag == "ENTITY":
            skipped["entities"] += 1
        else:
            yield _item(path, element, skipped)
    yield SourceInfo(date, dict(skipped))


def _item(path: Path, element: Element, skipped: Counter[str]) -> Item:
    try:
        return notice(element, skipped)
    except ValueError as problem:
        known_as = clean(element.findtext("REFERENCE_NUMBER") or element.findtext("DATAID"), 40)
        return Refusal(f"{path.name} INDIVIDUAL {known_as}".strip(), str(problem))


def _members(path: Path) -> Iterator[Element]:
    """The root as it opens, then each INDIVIDUAL and ENTITY as it closes; each is forgotten once used."""
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
            if element.tag in ("INDIVIDUAL", "ENTITY"):
                yield element
                open_elements[-1].clear()
    except ParseError as problem:
        raise refuse(path, f"is not well-formed XML: {problem}", _WHAT_TO_DO) from problem
    except DefusedXmlException as problem:
        raise refuse(path, "declares entities or a DTD, which this list never does", _WHAT_TO_DO) from problem
    except (OSError, ValueError, LookupError) as problem:
        raise refuse(path, "cannot be read as XML", _WHAT_TO_DO) from problem


def _check(path: Path, open_elements: list[Element]) -> None:
    if open_elements[0].tag != _ROOT:
        raise refuse(path, "is not the UN consolidated list", f"The XML's outermost element is {_ROOT}")
    if len(open_elements) > _DEPTH_LIMIT:
        raise refuse(path, f"nests its elements more than {_DEPTH_LIMIT} deep", _WHAT_TO_DO)
