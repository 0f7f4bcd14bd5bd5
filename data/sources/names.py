"""Listed names out of free text: one field of a list may hold several names, a remark and another script.

`Mo Lanhai (莫兰海)` is a name and its original; `A; B b) C` are three names; `(birth name)` and `, born 1953
in …` are remarks and go; `AL-X, Abu` says which is the surname. What cannot be told apart stays one name.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from data.persons.person import ListedName, NameQuality
from data.sources.text import NAME_LIMIT, clean, is_other_script

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
_NOTHING = frozenset({"", "na", "n/a", "N/A", "-", "none", "unknown", "Unknown", "-0-"})
"""Exactly so: NA and Na are surnames."""


def plain(text: str | None) -> str:
    """A name cleaned of quotation marks and brackets; "" for what stands for none."""
    name = clean((text or "").translate(_MARKS), NAME_LIMIT).strip(" ,;")
    return "" if name in _NOTHING else name


def by_comma(text: str, quality: NameQuality) -> ListedName:
    """`SURNAME, Given names` or `SURNAME, Given, Jr.`; without a comma the name as it stands."""
    surname, *rest = [part for part in (part.strip(" ;") for part in text.split(",")) if part] or [""]
    suffixes = [part for part in rest if _SUFFIX.fullmatch(part)]
    given = " ".join(part for part in rest if part not in suffixes)
    full = " ".join(part for part in (given, surname, *suffixes) if part)
    if not given:
        return ListedName(full, quality=quality)
    return ListedName(full, surname, " ".join([given, *suffixes]), quality)


def split(text: str | None, quality: NameQuality) -> Iterator[ListedName]:
    """Every name in one alias field, in its order."""
    text = clean(text)
    groups = _GROUP.findall(text)
    outer = _GROUP.sub(_one_word, text)
    yield from _names(outer, quality)
    for group in groups:
        group = group.removeprefix("original script:")
        # A bracket is another name when it is in another script than what it explains.
        if is_other_script(group) or is_other_script(outer) or _is_name(group):
            yield from _names(group, quality)


def distinct(names: Iterable[ListedName]) -> tuple[ListedName, ...]:
    """The names without repetitions; the first of equal ones stays, and learns its surname from the others."""
    kept: dict[str, ListedName] = {}
    for name in names:
        if not name.full:
            continue
        first = kept.setdefault(name.full.casefold(), name)
        if name.surname and not first.surname:
            kept[name.full.casefold()] = replace(first, surname=name.surname, given=name.given)
    return tuple(kept.values())


def _names(text: str, quality: NameQuality) -> Iterator[ListedName]:
    for part in _SEPARATOR.split(text):
        latin, other = _by_script(_REMARK.sub("", part))
        if any(map(str.isalpha, latin := plain(latin))):
            yield by_comma(latin, quality)
        if other := plain(other):
            yield ListedName(other, quality=NameQuality.ORIGINAL)


def _by_script(text: str) -> tuple[str, str]:
    """The Latin words and the others, where both kinds stand side by side."""
    words = text.split()
    other = [word for word in words if is_other_script(word) and any(map(str.isalpha, word))]
    return " ".join(word for word in words if word not in other), " ".join(other)


def _one_word(group: re.Match[str]) -> str:
    """`(Sheikh) Vela` and `Velayev (Velaev)`: one capitalised word in brackets belongs to the name."""
    word = group[1].strip()
    keep = word[:1].isupper() and " " not in word and not is_other_script(word) and not _REMARK_WORDS.search(word)
    return f" {word} " if keep else " "


def _is_name(group: str) -> bool:
    """Two or more capitalised words that are no remark: `(Ana Velaska)`, but not `(BIRTH NAME)` or `(third)`."""
    words = group.split()
    return len(words) > 1 and all(word[0].isupper() for word in words) and not _REMARK_WORDS.search(group)
