"""Renders messages in the language of the person who reads them, and prints them.

- The language comes from LANGUAGE, LC_ALL, LC_MESSAGES or LANG, as for any program that uses gettext. Catalogues are
  in `ui/locale`, or in the folder that TEXTDOMAINDIR names. English needs none.
- A translation must have exactly the values of the English text, formatted in the same way. One that leaves out the
  verdict, is blank, or does more than fill in a value, is not used: the officer reads English instead. The same goes
  for a text without a translation, and for a whole catalogue that cannot be read, that cannot count, or in which one
  verdict reads like another. Nothing that a catalogue says raises an error.
- A value that is a message is translated too. Nothing else is: names and codes stay as they are, but for control
  characters, which only the English text may have: the name of a file can be one that clears the terminal.
- click's own words ("Usage", "Missing option") come from the same catalogues.
"""

import gettext
import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from string import Formatter

import click

from data.text import Message, _, choose_form, fill_in
from data.untrusted_text import drop_controls

DOMAIN = "waypost"
Catalogue = gettext.NullTranslations

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_ENGLISH = {"en", "C", "POSIX"}
_COUNT = "count"
"""A translation may write this value in words: "one list"."""
_CONTROLS = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
_CLICK_COUNTS = range(201)
"""Numbers with which the rule for plurals is tried. click, which counts arguments and values of options, looks its own
words up in the catalogue without `_look_up`, so an error of the rule would end the command."""

_catalogue: Catalogue = gettext.NullTranslations()


def use_language(*codes: str) -> None:
    """Use the first language of `codes` that has a catalogue; without codes, that of the environment."""
    global _catalogue
    folder = os.environ.get("TEXTDOMAINDIR") or str(Path(__file__).parents[1] / "locale")
    code = _choose_language(codes or _preferred_languages(), folder)
    try:
        _catalogue = _open_catalogue(code, folder)
        if code != "C":
            _check_verdict_words()
    except Exception as error:  # a damaged catalogue must not keep anybody from an answer
        from data.log.error_log import log_error

        log_error(error)
        code, _catalogue = "C", gettext.NullTranslations()
    os.environ["LANGUAGE"] = code  # what click goes by
    gettext.bindtextdomain(DOMAIN, folder)
    gettext.textdomain(DOMAIN)


def _open_catalogue(code: str, folder: str) -> Catalogue:
    """The catalogue of a language; an error of whatever class, for the log, where it cannot be used."""
    if not all(Path(file).is_file() for file in gettext.find(DOMAIN, folder, [code], all=True)):
        raise ValueError  # a pipe would be waited for
    catalogue = gettext.translation(DOMAIN, folder, [code], fallback=True)
    if code != "C":
        for count in _CLICK_COUNTS:
            catalogue.ngettext("", "", count)  # raises where the catalogue's rule for plurals does
    return catalogue


def _check_verdict_words() -> None:
    """Raises ValueError, for the log, where one verdict of the catalogue in use reads like another."""
    from ui.verdict_style import VERDICT_STYLES

    english = [style.word for style in VERDICT_STYLES.values()]
    taken = {word.casefold(): word for word in english}
    words = [translate(word).strip().casefold() for word in english]
    if len({*words}) < len(words) or any(
        taken.get(shown, word) != word for shown, word in zip(words, english, strict=True)
    ):
        raise ValueError


def _preferred_languages() -> list[str]:
    values = filter(None, map(os.environ.get, _VARIABLES))
    return next(values, "").split(":")


def _choose_language(codes: Iterable[str], folder: str) -> str:
    """The first code that is English or has a catalogue; `C` if there is none."""
    for code in filter(None, codes):
        if gettext.find(DOMAIN, folder, [code]):
            return code
        if re.split(r"[_.@-]", code)[0] in _ENGLISH:
            break
    return "C"


def translate(text: str) -> str:
    """`text` in the language in use; text that is no message stays as it is."""
    if not isinstance(text, Message):
        return text
    if text.joint:
        return text.joint.separator.join(map(_translate_inside, text.joint.parts))
    values = {name: _fit_for_line(value) for name, value in text.values.items()}
    english = choose_form(text.id, text.plural_id, text.values)
    form = _look_up(text, english)
    return fill_in(form if form == english or _is_usable(form, text) else english, values)


def say(text: Message, *, to_stderr: bool = False) -> None:
    """Print one message on a line of its own: data on stdout, anything else on stderr."""
    click.echo(translate(text), err=to_stderr)


def _translate_inside(text: str) -> str:
    return translate(text) if isinstance(text, Message) else drop_controls(text)


def _fit_for_line(value: object) -> object:
    """A value as it is filled in: translated, without control characters; a number or a date stays one."""
    if isinstance(value, str):
        return _translate_inside(value)
    shown = str(value)
    return value if drop_controls(shown) == shown else drop_controls(shown)


def _is_usable(form: str, message: Message) -> bool:
    """Whether a translation may stand for the English text."""
    has_words = bool(form.strip()) or not message.id
    added = {*form} - {*message.id, *message.plural_id}
    return has_words and not added & _CONTROLS and _has_same_values(form, message)


def _has_same_values(form: str, message: Message) -> bool:
    if not message.values or form in (message.id, message.plural_id):
        return True
    fields = _find_fields(form)
    if fields is None:
        return False
    english = {*(_find_fields(message.id) or ()), *(_find_fields(message.plural_id) or ())}
    required = {field for field in english if field[0] != _COUNT}
    return required <= fields <= english


@lru_cache(maxsize=4096)
def _find_fields(form: str) -> frozenset[tuple[str, str | None, str | None]] | None:
    """Name, format and conversion of each value that `form` names; None if it is no format."""
    try:
        return frozenset(
            (name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(form) if name is not None
        )
    except ValueError:
        return None


def _look_up(message: Message, english: str) -> str:
    if not message.id:
        return english  # gettext answers the empty id with the catalogue's own description
    try:
        return _look_up_in_catalogue(message)
    except Exception as error:  # its rule for plurals cannot be applied to this number
        from data.log.error_log import log_error

        log_error(error)
        return english


def _look_up_in_catalogue(message: Message) -> str:
    if message.plural_id:
        count = message.values["count"]
        assert isinstance(count, int)  # noqa: S101
        if message.context:
            return _catalogue.npgettext(message.context, message.id, message.plural_id, count)
        return _catalogue.ngettext(message.id, message.plural_id, count)
    return _catalogue.pgettext(message.context, message.id) if message.context else _catalogue.gettext(message.id)


def utc_minute(iso: str) -> Message:
    """`2026-11-30 06:42 UTC`, of a time in ISO 8601 that came from another machine; or that it is unknown."""
    try:
        time = datetime.fromisoformat(iso)
        time = time.astimezone(UTC) if time.tzinfo else time
    except (ValueError, OverflowError):
        return _("an unknown time")
    return _("{time:%Y-%m-%d %H:%M} UTC", time=time)
