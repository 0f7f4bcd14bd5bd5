"""Listed names out of free text, and whom else a remark names.

- One field may hold several names, a remark and another script. `Mo Lanhai (莫兰海)` is a name and its original;
  `A; B b) C` are three names; `(birth name)` and `, born 1953 in …` are remarks and go; `AL-X, Abu` says which is
  the surname. What cannot be separated stays one name.
- A remark like `Brother of Omar Dune (QDi.999).` or `Linked To: DUNE TRADING` names an associate: only what the source
  itself marks as a person or body, a name before a record's id in brackets or after a word of kinship. Nothing is
  concluded; what remains unclear is left in the reason.
- A name without a single letter is damage and never listed; one with a mark of a lost letter is listed and counted.
- At most `MAX_ASSOCIATES` of one record: more are a register, not a lead.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from data.persons.person import Associate, ListedName, NameQuality
from data.text import _
from data.untrusted_text import clean

_GROUP = re.compile(r"[(\[]([^()\[\]]*)[)\]]?")
_SEPARATOR = re.compile(r";|\s[a-z]\)\s|\ba\.?k\.?a\.?\s|\balso known as\b", re.IGNORECASE)
_REMARK = re.compile(
    r",?\s+(?:born(?: in| on)?\b|son of\b|daughter of\b|originally from\b|passport\b).*", re.IGNORECASE | re.DOTALL
)
_REMARK_WORDS = re.compile(
    r"\b(?:names?|identity|passport|born|listed|issued|known|third|second|spelling|script)\b", re.IGNORECASE
)
_SUFFIX = re.compile(r"(?:jr|sr|junior|senior|i{1,3}|iv|v)\.?", re.IGNORECASE)
_MARKS = str.maketrans("", "", '“”„"«»()[]')
NOTHING = frozenset({"", "na", "n/a", "N/A", "-", "none", "unknown", "Unknown", "-0-"})
"""Exactly so: NA and Na are surnames."""

_LOST_LETTER = re.compile("[?\ufffd…]")
"""What a decoder writes for a byte that it could not read, and what `clean` writes where it cut a text."""

MAX_ASSOCIATES = 20
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

NAME_LIMIT = 300
"""Characters of a name; longer ones are cut, and counted as names that cannot be read in full."""


def clean_name(text: str | None) -> str:
    """A name cleaned of quotation marks and brackets; "" for what stands for none."""
    name = clean((text or "").translate(_MARKS), NAME_LIMIT).strip(" ,;")
    return "" if name in NOTHING else name


UNREADABLE = _("names that cannot be read in full")
"""For `SourceInfo.skipped`."""


def has_letters(name: str) -> bool:
    """Whether there is a letter of any script in it: without one it is no name."""
    return any(map(str.isalpha, name))


def is_readable(name: str) -> bool:
    """Whether a cleaned name is one, and has no mark in it for letters that were lost or cut off."""
    return has_letters(name) and not _LOST_LETTER.search(name)


def parse_comma_name(text: str, quality: NameQuality) -> ListedName:
    """`SURNAME, Given names` or `SURNAME, Given, Jr.`; without a comma the name as it stands."""
    surname, *rest = [part for part in (part.strip(" ;") for part in text.split(",")) if part] or [""]
    suffixes = [part for part in rest if _SUFFIX.fullmatch(part)]
    given = " ".join(part for part in rest if part not in suffixes)
    full = " ".join(part for part in (given, surname, *suffixes) if part)
    if not given:
        return ListedName(full, quality=quality)
    return ListedName(full, surname, " ".join([given, *suffixes]), quality)


def split_names(text: str | None, quality: NameQuality) -> Iterator[ListedName]:
    """Every name in one alias field, in its order."""
    text = clean(text)
    groups = _GROUP.findall(text)
    outer = _GROUP.sub(_keep_one_word, text)
    yield from _split_part(outer, quality)
    for group in groups:
        group = group.removeprefix("original script:")
        # A bracket is another name when it is in another script than what it explains.
        if is_other_script(group) or is_other_script(outer) or _is_name(group):
            yield from _split_part(group, quality)


def drop_repetitions(names: Iterable[ListedName]) -> tuple[ListedName, ...]:
    """The names without repetitions; the first of equal ones stays, and learns its surname from the others."""
    unique: dict[str, ListedName] = {}
    for name in names:
        if not has_letters(name.full):
            continue
        first = unique.setdefault(name.full.casefold(), name)
        if name.surname and not first.surname:
            unique[name.full.casefold()] = replace(first, surname=name.surname, given=name.given)
    return tuple(unique.values())


def find_associates(text: str, own: str) -> tuple[Associate, ...]:
    """Whom the remarks of the record `own` name, without repetitions."""
    return _drop_repeated_associates((*_find_marked(text, own), *_find_kin(text)))


def find_linked(names: Iterable[str], records: dict[str, str]) -> tuple[Associate, ...]:
    """What OFAC calls "Linked To": names as it prints them, with the record of who is listed under that very name."""
    pairs = ((name, records.get(name) or records.get(f"{name}.", "")) for name in names)
    return _drop_repeated_associates(
        Associate(_to_spoken_name(name) if record else clean(name, 200), record=record) for name, record in pairs
    )


def is_other_script(text: str) -> bool:
    """Whether most letters of `text` are not Latin: a name in its original script."""
    letters = [letter for letter in text if letter.isalpha()]
    foreign = sum(ord(letter) > 0x24F and not 0x1E00 <= ord(letter) <= 0x1EFF for letter in letters)
    return 2 * foreign > len(letters)


def _split_part(text: str, quality: NameQuality) -> Iterator[ListedName]:
    for part in _SEPARATOR.split(text):
        latin, other = _split_scripts(_REMARK.sub("", part))
        if any(map(str.isalpha, latin := clean_name(latin))):
            yield parse_comma_name(latin, quality)
        if other := clean_name(other):
            yield ListedName(other, quality=NameQuality.ORIGINAL)


def _split_scripts(text: str) -> tuple[str, str]:
    """The Latin words and the others, where both kinds stand side by side."""
    words = text.split()
    other = [word for word in words if is_other_script(word) and any(map(str.isalpha, word))]
    return " ".join(word for word in words if word not in other), " ".join(other)


def _keep_one_word(group: re.Match[str]) -> str:
    """`(Sheikh) Vela` and `Velayev (Velaev)`: one capitalised word in brackets belongs to the name."""
    word = group[1].strip()
    keep = word[:1].isupper() and " " not in word and not is_other_script(word) and not _REMARK_WORDS.search(word)
    return f" {word} " if keep else " "


def _is_name(group: str) -> bool:
    """Two or more capitalised words that are no remark: `(Ana Velaska)`, but not `(BIRTH NAME)` or `(third)`."""
    words = group.split()
    return len(words) > 1 and all(word[0].isupper() for word in words) and not _REMARK_WORDS.search(group)


def _to_spoken_name(name: str) -> str:
    """A person's name as it is said: the source puts the surname first, with a comma."""
    return parse_comma_name(clean(name, 200), NameQuality.GOOD).full


def _find_marked(text: str, own: str) -> Iterator[Associate]:
    for match in _MENTION.finditer(text):
        if match["record"] != own:
            relation = (match["relation"] or "").lower()
            yield Associate(match["name"].strip(" ,‘’“”"), relation, match["record"])


def _find_kin(text: str) -> Iterator[Associate]:
    for match in _PLAIN_KIN.finditer(text):
        yield Associate(match["name"].strip(" ,.‘’“”"), match["relation"].lower())


def _drop_repeated_associates(associates: Iterable[Associate]) -> tuple[Associate, ...]:
    """Once each; one who is named with a record is not named again without."""
    unique: dict[str, Associate] = {}
    for associate in associates:
        if associate.name:
            unique.setdefault(associate.record or associate.name.casefold(), associate)
    named = {associate.name.casefold() for associate in unique.values() if associate.record}
    return tuple(
        associate for associate in unique.values() if associate.record or associate.name.casefold() not in named
    )[:MAX_ASSOCIATES]
