"""Documents a listed person holds, out of the words lists use for them.

A type that has a code in `data.documents.code_tables` gets it, others keep the source's words. The number stays
as printed: the comparison cleans it. A number with a character that was not read is left out and counted.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from data.documents.code_tables import country_by_name, is_known_type
from data.documents.number import unread_characters
from data.persons.person import HeldDocument
from data.text import Message, _
from data.untrusted_text import clean

_TYPES = (
    (re.compile(r"diplomatic", re.IGNORECASE), "DIP"),
    (re.compile(r"service passport", re.IGNORECASE), "SEP"),
    (re.compile(r"laissez", re.IGNORECASE), "LPA"),
    (re.compile(r"travel document|reiseausweis|stateless", re.IGNORECASE), "TRD"),
    (re.compile(r"passe?port|pasaporte", re.IGNORECASE), "PAS"),
    (re.compile(r"driv(?:er|ing)", re.IGNORECASE), "DRV"),
    (re.compile(r"resid", re.IGNORECASE), "RES"),
    (re.compile(r"visa", re.IGNORECASE), "VSA"),
    (re.compile(r"birth certificate", re.IGNORECASE), "BIR"),
    (re.compile(r"electora|voter", re.IGNORECASE), "VOT"),
    (
        re.compile(
            r"national id|identity card|identification card|cedula|d\.n\.i\.|tazkira|personal id", re.IGNORECASE
        ),
        "NID",
    ),
)
_NUMBER_IN_TEXT = re.compile(
    r"(?i:number|no|nr|card|ssn)\b[.:]?\s*(?P<number>[A-Z]{0,4}[ /-]?\d[\dA-Z/.-]{3,}[^\s,;()\"“”]*)"
)
_REMARK = re.compile(r"(?<=\s)\([^()]*\)?(?=\s|$)|\([^()]*[a-z][^()]*\)?")
_WORD = re.compile(r"[a-zà-ÿ]{2}|^(?:N[o°º]|№)[.:]*$")
_NUMBER_SIGN = re.compile(r"^(?:N[°º]|№)[.:]*")
NUMBER_LIMIT = 40
UNREAD_NUMBER = _("document numbers with characters that cannot be read")


def keep_read(documents: Iterable[HeldDocument], skipped: Counter[Message]) -> Iterator[HeldDocument]:
    """Those whose number was read; the others are counted in `skipped`."""
    for document in documents:
        if unread_characters(document.number):
            skipped[UNREAD_NUMBER] += 1
        else:
            yield document


def parse_document(number: str, words: str, country: str | None) -> HeldDocument | None:
    """A document by its number as printed, its type as printed and its country's name; None without a number."""
    number = _extract_number(number)
    return (
        HeldDocument(number, _find_country(country), find_document_type(words.replace(number, " "))) if number else None
    )


def find_document_in_note(note: str, words: str, country: str | None) -> HeldDocument | None:
    """A document whose number is only in a remark ("passport number X1234567, issued …")."""
    match = _NUMBER_IN_TEXT.search(clean(note))
    return parse_document(match["number"].strip(), f"{words} {note[: match.start()]}", country) if match else None


def find_document_type(words: str) -> str:
    """The type code for a kind of document in words; the words themselves where there is none."""
    if is_known_type(words):
        return words
    code = next((code for pattern, code in _TYPES if pattern.search(words)), "")
    return code or clean(words, 60).strip(" :#")


def _find_country(name: str | None) -> str:
    return country_by_name(clean(name, 80)) or "" if name else ""


def _extract_number(text: str) -> str:
    """`Kenyan passport No. 12/000345 (expired)` → `12/000345`; "" when there is no digit in it."""
    text = _REMARK.sub(" ", clean(text, 200))
    text = next((part for part in re.split(r",\s| - ", text) if re.search(r"\d", part)), "")
    tokens = text.split()
    first = next((place for place, token in enumerate(tokens) if re.search(r"\d", token)), 0)
    # Words before the number describe it, and so does what stands before them ("UTO service passport no.").
    start = max((place + 1 for place, token in enumerate(tokens[:first]) if _WORD.search(token)), default=0)
    number = " ".join(token for token in tokens[start:] if re.search(r"\d", token) or not _WORD.search(token))
    return clean(_NUMBER_SIGN.sub("", number.strip(" #:;,.")), NUMBER_LIMIT)
