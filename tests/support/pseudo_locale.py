"""An invented language, en_XA: English with accents on every letter, in brackets, 40 % longer.

What a person sees in it without an accent was never marked, or was glued together; what lacks its closing bracket was
cut. Values, commands in backquotes, options and file names keep their letters.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.structure.messages import KEYWORDS, template
from tests.support.catalogue import write_catalogue
from ui.text.translation import use_language

CODE = "en_XA"
OPENING, CLOSING = "⟦", "⟧"
LONGER = 0.4
FILLER = " ····"
"""Has places to break a line, as a real text has."""
ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçðéƒĝĥíĵķļɱñóþɋŕšţúṽŵẋýžÁƁÇÐÉƑĜĤÍĴĶĻṀÑÓÞɊŔŠŢÚṼŴẊÝŽ",
)
_KEPT = re.compile(
    r"\{[^{}]*\}"  # values
    r"|%(?:\(\w+\))?[sdr]"  # click's values
    r"|`[^`]*`"  # commands
    r"|(?<![\w-])--?[A-Za-z][\w-]*"  # options
    r"|\b[\w-]+\.(?:toml|json|csv|xml|db|pem|key|txt|log)\b"
    r"|\bWAYPOST_[A-Z_]+\b"
    r"|\x08"  # click's sign for a paragraph that keeps its lines
)
_VALUE = re.compile(
    r"`[^`]*`"
    r"|(?<![\w-])--?[A-Za-z][\w-]*"
    r"|\b(?:[0-9a-f]{4} ){3,}[0-9a-f]{4}\b|\b[0-9a-f]{8}\b"  # fingerprints
    r"|\S*[\d/_]\S*"  # numbers, codes, paths
    r"|\b[\w-]+\.[a-z]{2,4}\b"
)
_WORD = re.compile(r"[A-Za-z]{2,}")


def accent(text: str) -> str:
    """`text` in the invented language."""
    inner = text.strip()
    if not inner:
        return text
    start = text.index(inner)
    accented, end = "", 0
    for kept in _KEPT.finditer(inner):
        accented += inner[end : kept.start()].translate(ACCENTS) + kept.group()
        end = kept.end()
    accented += inner[end:].translate(ACCENTS)
    missing = max(0, ceil(LONGER * len(inner)) - len(OPENING + CLOSING))
    filler = (FILLER * missing)[:missing]
    filler = f"{filler[:-1]}·" if filler.endswith(" ") else filler
    return text[:start] + OPENING + accented + filler + CLOSING + text[start + len(inner) :]


def write_pseudo_locale(folder: Path, *test_files: Path) -> None:
    """Compile every text that is marked now, in the product and in `test_files`, as a catalogue under `folder`."""
    catalogue = Catalog()
    for path in test_files:
        for _line, text, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):
            catalogue.add(text, accent(text), context=context)
    for message in read_po(BytesIO(_template())):
        if isinstance(message.id, tuple):
            catalogue.add(message.id, tuple(map(accent, message.id)), context=message.context)
        elif message.id:
            catalogue.add(message.id, accent(message.id), context=message.context)
    write_catalogue(folder, CODE, catalogue)


@contextmanager
def pseudo_locale(folder: Path) -> Iterator[None]:
    """Speak the invented language, in this process and its children; `folder` is empty, or has its catalogue."""
    if not (folder / CODE).exists():
        write_pseudo_locale(folder)
    before = {name: os.environ.get(name) for name in ("TEXTDOMAINDIR", "LANGUAGE")}
    os.environ["TEXTDOMAINDIR"] = str(folder)
    use_language(CODE)
    try:
        yield
    finally:
        os.environ.pop("TEXTDOMAINDIR")
        use_language("en")  # LANGUAGE may have been unset: click's texts go by what it says
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        use_language()


def untranslated(text: str, values: Iterable[str] = ()) -> list[str]:
    """Words that a person reads in English all the same, in their order.

    Numbers, codes with digits, paths, options and what is in backquotes may stay; `values` are other words that may:
    names of people, lists and places, and commands.
    """
    text = _VALUE.sub(" ", text)
    for value in sorted(values, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", text)
    return _WORD.findall(text)


@cache
def _template() -> bytes:
    return template()
