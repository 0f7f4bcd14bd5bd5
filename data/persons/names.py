"""A name as a row of tokens, in whatever script and spelling it came.

- Names are hostile text: controls and marks vanish, at most `MAX_TOKENS` tokens of `MAX_LETTERS` letters count.
- Nothing is corrected: a token keeps the text it came from beside its forms (`data.persons.latin`).
- Order and the border between surname and given names are kept by the caller; a token does not know them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from data.persons.compounds import parts
from data.persons.latin import Form, forms
from data.persons.scripts import apart
from data.persons.tables.particles import PARTICLES

MAX_TOKENS = 32
"""More than the longest listed name; bounds the time a hostile name can take."""
MAX_LETTERS = 40
"""An MRZ name field has 39 characters at most (Doc 9303-4 to -7)."""
MAX_CHARACTERS = 2000
"""What is read of a name at all."""

_SILENT = str.maketrans(dict.fromkeys("'’‘ʼʻ`´ʾʿʹʺ\u200b\u200c\u200d\u2060\ufeff\u00ad\u0640"))
_SMALL_GEORGIAN = {0x1C90 + place: 0x10D0 + place for place in range(0x2B)}
"""No passport is written in the capitals of Georgian, and few fonts have them."""
_HAN_APART = re.compile("(?<=[\u3400-\u9fff])\\s+(?=[\u3400-\u9fff])")
"""A space between characters is a typesetter's: the writing itself has none."""
_WORD = re.compile(r"[^\W_]+(?:[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f]+[^\W_]*)*")


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a name."""

    text: str
    """As written, upper case."""
    forms: tuple[Form, ...]
    """Spellings, the likeliest first; never empty."""
    particle: bool = False
    """Tells little (AL, BIN, VAN …): may be missing or joined."""

    @property
    def shown(self) -> str:
        """As an officer reads it: a part in another script with its likeliest Latin spelling."""
        return self.text if _is_latin(self.text) else f"{self.text} {self.forms[0].latin}"


def readable(name: str) -> str:
    """A name as an officer can read it: one in another script with its likeliest Latin spelling behind it."""
    if not any(letter.isalpha() and not _is_latin(letter) for letter in name[:MAX_CHARACTERS]):
        return name
    return f"{name} ({' '.join(token.forms[0].latin for token in tokens(name))})"


def _is_latin(text: str) -> bool:
    return max(text) < "\u0250" or "\u1e00" <= max(text) <= "\u1eff"


def tokens(name: str, known: dict[str, tuple[Token, ...]] | None = None) -> tuple[Token, ...]:
    """The tokens of a name. `known` remembers words between calls; its owner decides how long it lives."""
    remembered = {} if known is None else known
    return tuple(islice(_tokens(name, remembered), MAX_TOKENS))


def _tokens(name: str, known: dict[str, tuple[Token, ...]]) -> Iterator[Token]:
    for word in words(name):
        found = known.get(word)
        if found is None:
            found = known[word] = word_tokens(word)
        yield from found


def words(name: str) -> list[str]:
    """The words of a name, upper case, composed (NFKC), without controls, apostrophes and vowel signs of Arabic."""
    text = name[:MAX_CHARACTERS]
    if not text.isascii():
        text = _HAN_APART.sub("", unicodedata.normalize("NFKC", text))
        text = "".join(letter for letter in text if not _is_arabic_sign(letter))
    upper = text.translate(_SILENT).upper().translate(_SMALL_GEORGIAN)
    return [word[:MAX_LETTERS] for word in _WORD.findall(upper)]


def word_tokens(word: str) -> tuple[Token, ...]:
    """The tokens of one of the `words` of a name."""
    return tuple(_read(word))


def _is_arabic_sign(letter: str) -> bool:
    return "\u0600" <= letter <= "\u06ff" and unicodedata.category(letter) in ("Mn", "Cf")


def _read(word: str) -> Iterator[Token]:
    for part in parts(word):
        for text in (part,) if part.isascii() else apart(part):
            spelled = forms(text)
            if spelled:
                yield Token(text, spelled, any(form.latin in PARTICLES for form in spelled))
