"""A name as a row of tokens, in whatever script and spelling it came.

- Names are hostile text: controls and marks vanish, at most `MAX_TOKENS` tokens of `MAX_LETTERS` letters count.
- Nothing is corrected: a token keeps the text it came from beside its forms (`data.persons.name_forms`).
- Order and the border between surname and given names are kept by the caller; a token does not know them.
- Names that one official joins and another splits are cut: ABDULRAHMAN is ABD and RAHMAN, SALAHUDDIN is SALAH and
  DIN. Only joints that cannot be part of another name are cut; every other joining is for the matcher to try.
- What was cut is kept uncut as well (`UncutWord`), and so is what an official may well join (ABU BAKR). A slip at the
  joint hides it: ABELRAHMAN is not cut, and it is one letter from ABDELRAHMAN, but not from RAHMAN.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from data.persons.name_forms import NameForm, name_forms
from data.persons.scripts import split_parts
from data.persons.tables.arabic_letters import ARTICLE, FAITH, FATHER, GOD, SERVANT
from data.persons.tables.particles import PARTICLES

_SERVANT = re.compile(
    r"ABD(?:[UEAOI]L|[UEAOI]?(?=RR|SS|SH|NN|ZZ|DD|TT)|(?=[BCFGHJKMNQRSTWZ]))(?!LAH|AH|LA$|A$)(?P<rest>[A-Z]{3,})"
)
_FAITH = re.compile(r"(?P<first>[A-Z]{3,}?)(?:[UEAI]D|[UEAI]L|L)DI?(?:EE|Y)?NE?")
_ENDS_IN_FAITH = ("DIN", "DINE", "DEEN", "DYN")
_SUN_LETTERS = frozenset("DLNRSTZ")
_DOUBLED = re.compile(r"^([RSNZDT])\1")

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


_JOINED_TO_NEXT = frozenset("ABD ABDUL ABDEL ABDAL ABDOUL ABDOL ABDUR ABDER ABU ABOU ABO BIN BEN IBN UMM".split())
"""Words that many documents write together with the next one, other than the article (`without_article`)."""
_ARTICLES = frozenset("AL EL UL OUL UD ED AD UR ER AR US ES AS UN EN AN UZ EZ AZ".split())
_SHORTEST_UNCUT = 6


_JOINED_ARTICLE = re.compile(r"(?:[AEIOU]L|[AEIOU](?P<sun>[DLNRSTZ])(?=(?P=sun)))(?P<name>[A-Z]{3,})")
_JOINED_ALLAH = re.compile("[AEIOU]?L+AH?")
_LEAST_PIECES = 2, 3
"""Letters of the first piece (EL, AL) and of the second."""


def split_anywhere(latin: str) -> Iterator[tuple[str, str]]:
    """The two words that a word in Latin letters may be, if an official wrote them together.

    The article between them is left out (SAIFULISLAM: SAIF, ISLAM), and God is ALLAH after any vowel (HABIBULLAH).
    """
    for cut in range(_LEAST_PIECES[0], len(latin) - _LEAST_PIECES[1] + 1):
        first, second = latin[:cut], latin[cut:]
        yield first, second
        if article := _JOINED_ARTICLE.fullmatch(second):
            yield first, article["name"]
        if second != "ALLAH" and _JOINED_ALLAH.fullmatch(second):
            yield first, "ALLAH"


def split_compound(word: str) -> tuple[str, ...]:
    """The parts of one upper-case word; the word itself where there is no joint."""
    if word.isascii():
        return _split_latin(word)
    return _split_arabic(word) if _is_arabic(word) else (word,)


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a name."""

    text: str
    """As written, upper case."""
    forms: tuple[NameForm, ...]
    """Spellings, the likeliest first; never empty."""
    particle: bool = False
    """Tells little (AL, BIN, VAN …): may be missing or joined."""

    @property
    def readable_text(self) -> str:
        """As an officer reads it: a part in another script with its likeliest Latin spelling."""
        return self.text if _is_latin(self.text) else f"{self.text} {self.forms[0].latin}"


@dataclass(frozen=True, slots=True)
class UncutWord:
    """Neighbouring parts of a name as they are, or may be, written in one word."""

    first: int
    """Position of the first of these parts in the name."""
    count: int
    token: Token


@dataclass(frozen=True, slots=True)
class NameParts:
    """The parts of a name, and which of them are one word."""

    tokens: tuple[Token, ...]
    uncut: tuple[UncutWord, ...] = ()


def readable_name(name: str) -> str:
    """A name as an officer can read it: one in another script with its likeliest Latin spelling behind it."""
    if not any(letter.isalpha() and not _is_latin(letter) for letter in name[:MAX_CHARACTERS]):
        return name
    return f"{name} ({' '.join(token.forms[0].latin for token in tokenize(name))})"


def tokenize(name: str, tokens_by_word: dict[str, tuple[Token, ...]] | None = None) -> tuple[Token, ...]:
    """The tokens of a name. `tokens_by_word` remembers words between calls; its owner decides how long."""
    remembered = {} if tokens_by_word is None else tokens_by_word
    return tuple(islice(_iterate_tokens(name, remembered), MAX_TOKENS))


def read_name(name: str) -> NameParts:
    """The parts of a name, bounded as those of `tokenize`, with the words that are or may be written uncut.

    Here any two words with an article between them may be one (ZAIN AL ABIDIN).
    """
    return join_words([(word, tokenize_word(word)) for word in split_words(name)], across_articles=True)


def join_words(words: Sequence[tuple[str, tuple[Token, ...]]], *, across_articles: bool = False) -> NameParts:
    """The parts of a name of these words, each given with its own parts (`tokenize_word`)."""
    tokens, uncut = list[Token](), list[UncutWord]()
    for place, (word, parts) in enumerate(words):
        if len(tokens) + len(parts) > MAX_TOKENS:
            tokens += parts[: MAX_TOKENS - len(tokens)]
            break
        if len(parts) > 1 and (word.isascii() or _is_arabic(word)):
            uncut.append(UncutWord(len(tokens), len(parts), _uncut_token(word, parts)))
        elif joined := _join_before([before for before, _ in words[max(0, place - 2) : place]], word, across_articles):
            text = "".join(joined)[:MAX_LETTERS]
            if all(len(words[place - back][1]) == 1 for back in range(len(joined))):
                uncut.append(UncutWord(len(tokens) - len(joined) + 1, len(joined), Token(text, name_forms(text))))
        tokens += parts
    return NameParts(tuple(tokens), tuple(uncut))


def _join_before(before: Sequence[str], word: str, across_articles: bool) -> Sequence[str]:
    """The words that may be written as one with `word`, and it; nothing if there are none."""
    joined: Sequence[str] = ()
    if before and before[-1] in _JOINED_TO_NEXT:
        joined = before[-1], word
    elif len(before) > 1 and before[-1] in _ARTICLES:
        if across_articles or before[-2] in _JOINED_TO_NEXT or word in _ENDS_IN_FAITH:
            joined = *before, word
    return joined if word.isascii() and len("".join(joined)) >= _SHORTEST_UNCUT else ()


NO_NAME_WORDS = frozenset("FNU LNU NFN NLN NMN XXX XXXX XXXXX NONAME NOGIVENNAME NOFIRSTNAME NOLASTNAME".split())
"""What visas and lists print for a name that is not known or that somebody does not have."""


def split_words(name: str) -> list[str]:
    """The words of a name, upper case, composed (NFKC), without controls, apostrophes and vowel signs of Arabic.

    Words that stand for a missing name (`NO_NAME_WORDS`) are left out, since everybody without a name shares them.
    """
    text = name[:MAX_CHARACTERS]
    if not text.isascii():
        text = _HAN_APART.sub("", unicodedata.normalize("NFKC", text))
        text = "".join(letter for letter in text if not _is_arabic_sign(letter))
    upper = text.translate(_SILENT).upper().translate(_SMALL_GEORGIAN)
    return [word[:MAX_LETTERS] for word in _WORD.findall(upper) if word not in NO_NAME_WORDS]


def tokenize_word(word: str) -> tuple[Token, ...]:
    """The tokens of one word of a name (`split_words`)."""
    return tuple(_read_word(word))


def _split_latin(word: str) -> tuple[str, ...]:
    if word.startswith("ABD"):
        match = _SERVANT.fullmatch(word)
        if match:
            return "ABD", *_split_latin(_DOUBLED.sub(r"\1", match["rest"]))
    if word.endswith(_ENDS_IN_FAITH):
        match = _FAITH.fullmatch(word)
        if match:
            return *_split_latin(match["first"]), "DIN"
    return (word,)


def _split_arabic(word: str) -> tuple[str, ...]:
    if word in GOD:
        return ("ALLAH",)
    if word.startswith(SERVANT) and len(word) > len(SERVANT) + 2:
        return "ABD", *_split_arabic(word[len(SERVANT) :])
    for father in FATHER:
        if word.startswith(father) and len(word) > len(father) + 2:
            return "ABU", *_split_arabic(word[len(father) :])
    for faith in FAITH:
        if word.endswith(faith) and word != faith:
            return *_split_arabic(word[: -len(faith)]), "DIN"
    if word.startswith(ARTICLE) and len(word) > len(ARTICLE) + 1:
        return "AL", *_split_arabic(word[len(ARTICLE) :])
    return (word,)


def _uncut_token(word: str, parts: tuple[Token, ...]) -> Token:
    """The token of a word that was cut; in another script, its parts' likeliest spellings in one."""
    if word.isascii():
        return Token(word, name_forms(word))
    forms = [part.forms[0] for part in parts]
    vowelless = any(form.vowelless for form in forms)
    spelled = dict.fromkeys("".join(spelling)[:MAX_LETTERS] for spelling in (_latin_of(forms), _assimilated(forms)))
    return Token(word, tuple(replace(NameForm.of(latin), vowelless=vowelless) for latin in spelled))


def _latin_of(forms: Sequence[NameForm]) -> list[str]:
    return [form.latin for form in forms]


def _assimilated(forms: Sequence[NameForm]) -> list[str]:
    """The parts as spoken: the L of an article before a sun letter becomes that letter (AR RAHMAN)."""
    latin = _latin_of(forms)
    for place, following in enumerate(latin[1:]):
        if latin[place] == "AL" and following[:1] in _SUN_LETTERS:
            latin[place] = "A" + following[0]
    return latin


def _is_latin(text: str) -> bool:
    return max(text) < "\u0250" or "\u1e00" <= max(text) <= "\u1eff"


def _iterate_tokens(name: str, tokens_by_word: dict[str, tuple[Token, ...]]) -> Iterator[Token]:
    for word in split_words(name):
        tokens = tokens_by_word.get(word)
        if tokens is None:
            tokens = tokens_by_word[word] = tokenize_word(word)
        yield from tokens


def _is_arabic(word: str) -> bool:
    return "\u0600" <= word[0] <= "\u06ff"


def _is_arabic_sign(letter: str) -> bool:
    return "\u0600" <= letter <= "\u06ff" and unicodedata.category(letter) in ("Mn", "Cf")


def _read_word(word: str) -> Iterator[Token]:
    for part in split_compound(word):
        for text in (part,) if part.isascii() else split_parts(part):
            spelled = name_forms(text)
            if spelled:
                yield Token(text, spelled, any(form.latin in PARTICLES for form in spelled))
