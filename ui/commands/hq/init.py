"""`waypost hq init|recover`: how a headquarters begins, and how it goes on after it was put back from a copy.

`recover` says what has to be done again.
"""

from contextlib import closing
from pathlib import Path

import click

from data.errors import InputError
from sync.headquarters.ceremonies.founding import OFFLINE_KEY_NAMES, Medium
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.publisher import found_headquarters
from sync.headquarters.publishing.recovery import recover
from ui.commands.hq.signing import key_passphrases_option, passphrase_reader
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.sanitize import safe

_NO_SIGN = (
    "Neither its tree nor any kit said that this headquarters was behind. If it was put back from a copy, go on as "
    "below; if it was not, nothing is lost: numbers went up, and each list waits for its next import."
)


@click.command("init")
@headquarters_home_option
@passphrase_option
@click.option(
    "--root-medium",
    "roots",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the medium for a root key; give three.",
)
@click.option(
    "--targets-medium",
    "targets",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the medium for the targets key.",
)
@key_passphrases_option
def init_command(
    home: Path, passphrase_file: Path | None, roots: tuple[Path, ...], targets: Path | None, key_files: tuple[Path, ...]
) -> None:
    """Make a headquarters: its keys, its store, and a first signed tree.

    Without media the four offline keys stay in HOME/offline, under its passphrase, until they are carried away.
    """
    secret = read_passphrase(passphrase_file, new=True)
    folders = (*roots, *filter(None, [targets]))
    ask = passphrase_reader(key_files, new=True)
    if folders and len(folders) != len(OFFLINE_KEY_NAMES):
        raise InputError(
            f"{len(folders)} media were given", do="Give three --root-medium and one --targets-medium, or none"
        )
    media = [Medium(folder, ask(name)) for name, folder in zip(OFFLINE_KEY_NAMES, folders, strict=False)]
    found_headquarters(home, secret, media).close()
    click.echo(f"Headquarters is ready. Kits read {home / 'public'}; next: waypost hq import, hq publish, hq enrol.")
    if not media:
        click.echo(f"Its offline keys are in {home / 'offline'}; carry each to a medium of its own.", err=True)


@click.command("recover")
@headquarters_home_option
@passphrase_option
@json_option
def recover_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Go on after this headquarters was put back from a copy: pass over the numbers that were given since.

    What happened since the copy has to be done again; this says what.
    """
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        report = recover(headquarters)
    if as_json:
        emit({"lists": report.lists, "kits": dict(report.kits), "was_behind": report.was_behind})
        return
    if not report.was_behind:
        click.echo(_NO_SIGN, err=True)
    click.echo("Recovered. What was done since the copy was made has to be done again, in this order:")
    click.echo("1. Accept the signing requests that were accepted since (waypost hq keys accept FILE).")
    click.echo(
        "2. Revoke the kits that were revoked since, enrol again those that were enrolled. As the copy has them:"
    )
    for name, state in report.kits:
        click.echo(f"     {safe(name)}: {state.replace('_', ' ')}")
    click.echo("3. Import every list anew from its source, then publish; until then kits that are further keep theirs:")
    for name in report.lists:
        click.echo(f"     {safe(name)}")
