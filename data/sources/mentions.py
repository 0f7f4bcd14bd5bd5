"""Who else a remark names: `Brother of Omar Dune (QDi.999).`, `Linked To: DUNE TRADING`.

- Only what the source itself marks as a person or body: a name before a record's id in brackets, or after a word of
  kinship. Nothing is concluded; what cannot be told is left in the reason, where it stood.
- At most `MOST` of one record: more are a register, not a lead.
"""

import re
from collections.abc import Iterable, Iterator

from data.persons.person import Associate, NameQuality
from data.sources.names import by_comma
from data.sources.text import clean

MOST = 20
_RECORD = r"\(\s*(?:[^()]{0,40}[,;] )?(?P<record>[A-Z]{2}[ie]\.\d{3})\b[^()]*\)"
_KIN = (
    "brother|brother-in-law|sister|son|daughter|father|mother|husband|wife|spouse|cousin|nephew|uncle|associate"
    "|close associate|deputy|leader|member|head|founder|co-founder|commander|deputy commander|owner|co-owner|director"
    "|recruiter|fundraiser|financier|facilitator|representative|spokesman|e?mir"
)
_RELATION = rf"(?P<relation>\b(?:{_KIN}) (?:of|to|for)|\b(?:married|related|linked) to|\bassociated with)"
_WORD = r"(?:[A-Z\u00c0-\u00de‘’'“][\w‘’'“”.-]*|al-[\w‘’'-]+|[a-z]{1,2}['’][A-Z][\w’'-]*)"
_JOINT = r"(?:of|the|and|in|bin|ben|ibn|bint|al|el|ul|de|la|du|van|for|en|et|dans|pour|wal|ou|i|e|,)"
_NAME = rf"(?P<name>{_WORD}(?: (?:{_JOINT} ){{0,3}}{_WORD}){{0,9}})"
_MENTION = re.compile(
    rf"(?:(?i:{_RELATION}) (?:the |their |listed )?)?{_NAME}(?: \([A-Z][\w’'-]{{1,12}}\))? ?{_RECORD}"
)
_PLAIN_KIN = re.compile(
    rf"(?P<relation>\b(?i:brother|sister|son|daughter|husband|wife|spouse|cousin|nephew|uncle) (?:of|to)) {_NAME}"
)


def of_remarks(text: str, own: str) -> tuple[Associate, ...]:
    """Whom the remarks of the record `own` name, without repetitions."""
    return _distinct((*_marked(text, own), *_kin(text)))


def linked(names: Iterable[str], records: dict[str, str]) -> tuple[Associate, ...]:
    """What OFAC calls "Linked To": names as it prints them, with the record of who is listed under that very name."""
    found = ((name, records.get(name) or records.get(f"{name}.", "")) for name in names)
    return _distinct(Associate(_said(name) if record else clean(name, 200), record=record) for name, record in found)


def _said(name: str) -> str:
    """A person's name as it is said: the source puts the surname first, with a comma."""
    return by_comma(clean(name, 200), NameQuality.GOOD).full


def _marked(text: str, own: str) -> Iterator[Associate]:
    for match in _MENTION.finditer(text):
        if match["record"] != own:
            relation = (match["relation"] or "").lower()
            yield Associate(match["name"].strip(" ,‘’“”"), relation, match["record"])


def _kin(text: str) -> Iterator[Associate]:
    for match in _PLAIN_KIN.finditer(text):
        yield Associate(match["name"].strip(" ,.‘’“”"), match["relation"].lower())


def _distinct(found: Iterable[Associate]) -> tuple[Associate, ...]:
    """Once each; one who is named with a record is not named again without."""
    kept: dict[str, Associate] = {}
    for one in found:
        if one.name:
            kept.setdefault(one.record or one.name.casefold(), one)
    named = {one.name.casefold() for one in kept.values() if one.record}
    return tuple(one for one in kept.values() if one.record or one.name.casefold() not in named)[:MOST]
