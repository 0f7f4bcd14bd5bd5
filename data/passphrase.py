"""Which passphrases are accepted for something new, and in which forms one that is typed may have been set.

- A passphrase alone protects what lies on a disk that somebody took away, so it has at least 15 characters, as NIST
  SP 800-63B-4 (3.1.1.2) asks of a password that is the only factor. There are no rules of composition; what says the
  same few characters, or one piece, again and again is refused.
- Keyboards and systems write one letter in different ways (é, or e and an accent). A new passphrase is normalised to
  NFC (Unicode Standard Annex 15); to open what an older version closed, the other forms are tried as well.
"""

from collections.abc import Iterator
from unicodedata import combining, normalize

from data.errors import InputError
from data.text import _, plural

LEAST_CHARACTERS = 15
LEAST_DIFFERENT = 6
MOST_CHARACTERS = 1024


def normalize_new_passphrase(passphrase: str) -> str:
    """`passphrase` in the one form in which it is used.

    Raises:
        InputError: it is too short, says too little, or is no text.
    """
    normal = normalize_passphrase(passphrase)
    if not normal:
        raise InputError(
            _("The passphrase is empty"),
            means=_("Nothing was changed."),
            do=_("Give at least {count} characters; a sentence is best", count=LEAST_CHARACTERS),
        )
    if len(normal) < LEAST_CHARACTERS:
        raise InputError(
            plural(
                "The passphrase has {count} character; at least {least} are needed",
                "The passphrase has {count} characters; at least {least} are needed",
                len(normal),
                least=LEAST_CHARACTERS,
            ),
            means=_("Whoever has the disk could guess it. Nothing was changed."),
            do=_("Choose a whole sentence that nobody else would write"),
        )
    if _repeats(normal.casefold()):
        raise InputError(
            _("The passphrase repeats the same few characters"),
            means=_("Whoever has the disk could guess it. Nothing was changed."),
            do=_("Choose a whole sentence that nobody else would write"),
        )
    return normal


def _repeats(text: str) -> bool:
    """Whether it has few different characters, or is one piece again and again, the last time perhaps not whole."""
    letters = "".join(char for char in normalize("NFD", text) if not combining(char))
    pieces = range(1, len(letters) // 2 + 1)
    return len(set(text)) < LEAST_DIFFERENT or any(letters[size:] == letters[:-size] for size in pieces)


def normalize_passphrase(passphrase: str) -> str:
    """NFC; InputError where it is no text, or longer than any person types."""
    if len(passphrase) > MOST_CHARACTERS:
        raise InputError(
            _("The passphrase is longer than {most} characters", most=MOST_CHARACTERS),
            do=_("Check that the file or the variable holds the passphrase and nothing else"),
        )
    try:
        passphrase.encode()
    except UnicodeEncodeError:
        raise InputError(
            _("The passphrase is not valid UTF-8"),
            do=_("Type it again, or save the file as UTF-8; a terminal in another encoding cannot be used for it"),
        ) from None
    return normalize("NFC", passphrase)


def passphrase_forms(passphrase: str) -> Iterator[str]:
    """Every form in which `passphrase` may have been set, the likeliest first; only one where it is all ASCII."""
    normal = normalize_passphrase(passphrase)
    yield from dict.fromkeys((normal, passphrase, normalize("NFD", normal)))
