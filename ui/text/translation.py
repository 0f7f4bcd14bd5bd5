"""Renders messages in the language of the person who reads them, and prints them.

- The language comes from LANGUAGE, LC_ALL, LC_MESSAGES or LANG, as for any program that uses gettext; catalogues lie
  in `ui/locale`, or in the folder that TEXTDOMAINDIR names. A text without a translation is shown in English.
- A translation that names a value which the text does not have is not used: the officer reads English instead.
- A value that is a message is translated too. Nothing else is: names and codes stay as they are.
- click's own words ("Usage", "Missing option") come from the same catalogues.
"""

import gettext
import os
from pathlib import Path

import click

from data.text import Message, fill_in

DOMAIN = "waypost"
Catalogue = gettext.NullTranslations

_catalogue: Catalogue = gettext.NullTranslations()


def use_language(*codes: str) -> None:
    """Speak the first language of `codes` that has a catalogue; without codes, that of the environment."""
    global _catalogue
    folder = os.environ.get("TEXTDOMAINDIR") or str(Path(__file__).parents[1] / "locale")
    if codes:
        os.environ["LANGUAGE"] = ":".join(codes)  # what click and child processes go by
    gettext.bindtextdomain(DOMAIN, folder)
    gettext.textdomain(DOMAIN)
    _catalogue = gettext.translation(DOMAIN, folder, fallback=True)


def translate(text: str) -> str:
    """`text` in the language in use; text that is no message stays as it is."""
    if not isinstance(text, Message):
        return text
    if text.joint:
        return text.joint.separator.join(map(translate, text.joint.parts))
    values = {name: translate(value) if isinstance(value, str) else value for name, value in text.values.items()}
    try:
        return fill_in(_look_up(text), values)
    except (KeyError, IndexError, ValueError):
        return str(text)


def say(text: Message, *, to_stderr: bool = False) -> None:
    """Print one message on a line of its own: data on stdout, anything else on stderr."""
    click.echo(translate(text), err=to_stderr)


def _look_up(message: Message) -> str:
    if not message.id:
        return ""  # gettext answers the empty id with the catalogue's own description
    if message.plural_id:
        count = message.values["count"]
        assert isinstance(count, int)  # noqa: S101
        if message.context:
            return _catalogue.npgettext(message.context, message.id, message.plural_id, count)
        return _catalogue.ngettext(message.id, message.plural_id, count)
    return _catalogue.pgettext(message.context, message.id) if message.context else _catalogue.gettext(message.id)
