"""What the commands share in which key holders sign: media, holders' passphrases, showing and signing a request."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from data.clock import read_system_time
from data.errors import InputError
from data.text import Message, _, join, plural
from sync.headquarters.ceremonies.ceremony import sign_on_medium
from sync.headquarters.ceremonies.request_words import describe_request
from sync.headquarters.ceremonies.signing import Signatures, count_signatures
from sync.headquarters.ceremonies.signing_request import SigningRequest
from ui.confirmation import must_be_confirmed
from ui.options import read_passphrase
from ui.text.help import option
from ui.text.sanitize import safe
from ui.text.translation import say

_F = TypeVar("_F", bound=Callable[..., Any])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LINE = 200
KEY_FILE = "--key-passphrase-file"


def medium_option(command: _F) -> _F:
    """`--medium DIR`, once or more."""
    return option(
        "--medium",
        "media",
        multiple=True,
        required=True,
        type=click.Path(file_okay=False, path_type=Path),
        help=_("Folder of a medium with an offline key (repeatable)."),
    )(command)


def key_passphrases_option(command: _F) -> _F:
    """`--key-passphrase-file FILE`, one for each key."""
    return option(
        KEY_FILE,
        "key_files",
        multiple=True,
        type=_FILE,
        help=_(
            "File with the passphrase of a key (repeatable, in the order of the keys). If not given, each holder is "
            "asked."
        ),
    )(command)


def passphrase_reader(files: tuple[Path, ...], *, new: bool = False, option: str = KEY_FILE) -> Callable[[str], str]:
    """A function that returns the passphrase of a key by its name: from `files` in their order, then from the prompt.

    `option` is the option with which the command takes the files.
    """
    waiting = list(files)
    return lambda name: read_passphrase(waiting.pop(0) if waiting else None, new=new, of=name, option=option)


def show_request(request: SigningRequest) -> None:
    """Print what the request asks for and who has signed."""
    _show_words(request)
    _show_signatures(request)


def sign_here(
    request: SigningRequest, media: tuple[Path, ...], ask: Callable[[str], str], *, agreed: bool
) -> SigningRequest:
    """The request with the signatures of the keys on these media, after their holder has read it and agreed."""
    if not media:
        raise InputError(_("No medium was given"), do=_("Give --medium"))
    _show_words(request)
    must_be_confirmed(_("Sign this?"), yes=agreed)
    for medium in media:
        request, lines = sign_on_medium(request, medium, lambda file: ask(file.about.name), read_system_time())
        for line in lines:
            click.echo(safe(line, _LINE))
    _show_signatures(request)
    return request


def print_next_step(request: SigningRequest, file: Path) -> None:
    """Print where a request goes next that was just signed."""
    missing = sorted(
        {name for signatures in count_signatures(request) if not signatures.enough for name in signatures.missing}
    )
    if missing:
        names = ", ".join(map(safe, missing))
        say(
            _(
                "Carry {file} to the next holder. It still needs a signature by one or more of: {keys}",
                file=file,
                keys=names,
            ),
            to_stderr=True,
        )
    else:
        say(
            _(
                "It has enough signatures. Carry {file} back to headquarters: `waypost hq keys accept {file}`",
                file=file,
            ),
            to_stderr=True,
        )


def _show_words(request: SigningRequest) -> None:
    for line in describe_request(request):
        click.echo(safe(line, _LINE))


def _show_signatures(request: SigningRequest) -> None:
    for signatures in count_signatures(request):
        say(_signature_line(signatures))


def _signature_line(signatures: Signatures) -> Message:
    line = plural(
        "{document} needs {count} signature under {root}; signed by {signers}",
        "{document} needs {count} signatures under {root}; signed by {signers}",
        signatures.needed,
        document=signatures.document,
        root=signatures.judge,
        signers=", ".join(map(safe, signatures.signed)) or _("nobody"),
    )
    if signatures.enough:
        return line
    return join([line, _("could sign: {keys}", keys=", ".join(map(safe, signatures.missing)))], "; ")
