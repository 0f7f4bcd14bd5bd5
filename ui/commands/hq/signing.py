"""What the commands share in which holders sign: media, holders' passphrases, a request shown and signed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from data.clock import read_system_time
from data.errors import InputError
from sync.headquarters.ceremonies.ceremony import sign_on_medium
from sync.headquarters.ceremonies.request_words import describe_request
from sync.headquarters.ceremonies.signing import Signatures, count_signatures
from sync.headquarters.ceremonies.signing_request import SigningRequest
from ui.options import read_passphrase
from ui.text.sanitize import safe

_F = TypeVar("_F", bound=Callable[..., Any])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LINE = 200
KEY_FILE = "--key-passphrase-file"


def medium_option(command: _F) -> _F:
    """`--medium DIR`, once or more."""
    return click.option(
        "--medium",
        "media",
        multiple=True,
        required=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of a medium with an offline key.",
    )(command)


def key_passphrases_option(command: _F) -> _F:
    """`--key-passphrase-file FILE`, one a key."""
    return click.option(
        KEY_FILE,
        "key_files",
        multiple=True,
        type=_FILE,
        help="File with the passphrase of a key, in the order of the keys; else each holder is asked.",
    )(command)


def yes_option(command: _F) -> _F:
    """`--yes`."""
    return click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")(command)


def passphrase_reader(files: tuple[Path, ...], *, new: bool = False, option: str = KEY_FILE) -> Callable[[str], str]:
    """Asks for the passphrases of keys by name: from the files in their order, then at the prompt.

    `option` is the one by which the command takes the files.
    """
    waiting = list(files)
    return lambda name: read_passphrase(waiting.pop(0) if waiting else None, new=new, of=name, option=option)


def show_request(request: SigningRequest) -> None:
    """Print what is asked for and who has signed."""
    _show_words(request)
    _show_signatures(request)


def sign_here(
    request: SigningRequest, media: tuple[Path, ...], ask: Callable[[str], str], *, agreed: bool
) -> SigningRequest:
    """The request with the signatures of the keys on these media, after their holder has read and agreed."""
    if not media:
        raise InputError("No medium was given", do="Give --medium")
    _show_words(request)
    if not agreed:
        click.confirm("Sign this?", abort=True, err=True)
    for medium in media:
        request, lines = sign_on_medium(request, medium, lambda file: ask(file.about.name), read_system_time())
        for line in lines:
            click.echo(safe(line, _LINE))
    _show_signatures(request)
    return request


def print_next_step(request: SigningRequest, file: Path) -> None:
    """Where a request goes that was just signed."""
    missing = sorted(
        {name for signatures in count_signatures(request) if not signatures.enough for name in signatures.missing}
    )
    if missing:
        click.echo(f"Carry {file} on; it still needs one or more of: {', '.join(map(safe, missing))}", err=True)
    else:
        click.echo(f"Enough have signed. Carry {file} back to headquarters: waypost hq keys accept {file}", err=True)


def _show_words(request: SigningRequest) -> None:
    for line in describe_request(request):
        click.echo(safe(line, _LINE))


def _show_signatures(request: SigningRequest) -> None:
    for signatures in count_signatures(request):
        click.echo(_signature_line(signatures))


def _signature_line(signatures: Signatures) -> str:
    missing = "" if signatures.enough else f"; could sign: {', '.join(map(safe, signatures.missing))}"
    signed = ", ".join(map(safe, signatures.signed)) or "nobody"
    needed = f"{signatures.needed} {'signature' if signatures.needed == 1 else 'signatures'}"
    return f"{signatures.document} needs {needed} of {signatures.judge}: signed by {signed}{missing}"
