"""`waypost hq keys`: the state of headquarters' keys, and the ceremonies in which their holders sign."""

from contextlib import closing
from pathlib import Path

import click

from data.clock import read_system_time
from data.errors import InputError
from sync.headquarters.ceremonies import offline_key
from sync.headquarters.ceremonies.ceremony import (
    KeyCheck,
    MediaCheck,
    accept_signed,
    change_passphrase,
    check_media,
    make_key,
)
from sync.headquarters.ceremonies.key_state import RenewalUrgency, RoleState, read_key_state
from sync.headquarters.ceremonies.offline_key import Role
from sync.headquarters.ceremonies.proposal import ProposedChanges, propose
from sync.headquarters.ceremonies.signing import must_be_complete
from sync.headquarters.ceremonies.signing_request import fingerprint, read_request, write_request
from sync.headquarters.home import HeadquartersHome, public_folder
from sync.headquarters.keyring import ONLINE
from ui.commands.hq.signing import (
    key_passphrases_option,
    medium_option,
    passphrase_reader,
    print_next_step,
    show_request,
    sign_here,
    yes_option,
)
from ui.options import (
    emit,
    headquarters_group_home_option,
    headquarters_home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)
from ui.text.sanitize import safe

_NEW_FILE = "--new-passphrase-file"
_REQUEST = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(invoke_without_command=True)
@headquarters_group_home_option
@passphrase_option
@json_option
@click.pass_context
def keys(context: click.Context, home: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Keys of headquarters: without a subcommand, what expires when and what to do."""
    if context.invoked_subcommand is not None:
        return
    if home is None:
        raise click.UsageError("Missing option '--home'.", context)
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        state = read_key_state(headquarters)
    if as_json:
        emit(state)
        return
    for role in state:
        click.echo(_role_line(role))
    for role in state:
        if role.do:
            click.echo(f"{role.role}: {role.do}", err=True)


def _role_line(role: RoleState) -> str:
    mark = {RenewalUrgency.OK: "ok  ", RenewalUrgency.SOON: "soon", RenewalUrgency.NOW: "NOW "}[role.urgency]
    until = f"until {role.expires:%Y-%m-%d}" if role.expires else ""
    rule = f"{role.needed} of {len(role.keys)}: {', '.join(map(safe, role.keys))}"
    version = f"v{role.version}" if role.version else ""
    return f"{mark} {role.role:9} {version:5} {until:16} {rule}"


@keys.command("make")
@click.option("--medium", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the medium.")
@click.option("--name", required=True, help="Name of the key, like root-4; it is published.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), help="What it will sign; default: by its name."
)
@click.option("--holder", default="", help="Who holds it; stays on the medium.")
@passphrase_option
def make_command(medium: Path, name: str, role: str | None, holder: str, passphrase_file: Path | None) -> None:
    """Make an offline key on its medium, under its holder's passphrase; needs no headquarters."""
    secret = read_passphrase(passphrase_file, new=True, of=name)
    about = make_key(medium, name, Role(role or offline_key.role_of(name)), secret, read_system_time(), holder=holder)
    click.echo(f"{about.name} is made: key id {about.key.keyid}")
    click.echo(f"Carry {medium / f'{name}.public'} to headquarters; the key file stays on the medium.", err=True)


@keys.command("check")
@medium_option
@headquarters_group_home_option
@key_passphrases_option
@json_option
def check_command(media: tuple[Path, ...], home: Path | None, key_files: tuple[Path, ...], as_json: bool) -> int:
    """Check media: right root, right keys, do they open, are enough here. Exit code 1 when anything is wrong.

    With --home (its public tree is enough) they are held against the newest root; else against the newest on them.
    """
    ask = passphrase_reader(key_files)
    checked = check_media(media, lambda file: ask(file.about.name), _roots(home) if home else ())
    if as_json:
        emit(checked)
    else:
        _print_check(checked)
    fine = all(key.opens and key.in_force for key in checked.keys) and checked.root_expires > read_system_time()
    return 0 if fine else 1


def _print_check(checked: MediaCheck) -> None:
    for key in checked.keys:
        click.echo(_check_line(key))
    expired = " EXPIRED" if checked.root_expires <= read_system_time() else ""
    click.echo(f"root version {checked.root_version}, good until {checked.root_expires:%Y-%m-%d}{expired}")
    click.echo(f"its fingerprint: {checked.fingerprint}")
    for role, needed in checked.needed.items():
        present = checked.present[role]
        click.echo(f"{role}: {present} here, {needed} needed{'' if present >= needed else ': NOT ENOUGH'}")


def _check_line(key: KeyCheck) -> str:
    opens = "opens" if key.opens else "DOES NOT OPEN"
    force = "in force" if key.in_force else "NOT in force"
    holder = f", held by {safe(key.holder)}" if key.holder else ""
    return f"{key.name} ({key.key_id[:8]}) {opens}, {force}{holder}, made {safe(key.made)}, on {key.medium}"


def _roots(home: Path) -> tuple[bytes, ...]:
    folder = next((candidate for candidate in (public_folder(home), home) if (candidate / "metadata").is_dir()), None)
    if folder is None:
        raise InputError(f"{home} is no headquarters and no public tree", do="Check --home")
    number = 1
    roots = []
    while (path := folder / "metadata" / f"{number}.root.json").exists():
        roots.append(path.read_bytes())
        number += 1
    return tuple(roots)


@keys.command("passphrase")
@click.option("--medium", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the medium.")
@key_passphrases_option
@click.option(
    _NEW_FILE,
    "new_files",
    multiple=True,
    type=_REQUEST,
    help="File with the new passphrase of a key, in the order of the keys; else each holder is asked.",
)
def passphrase_command(medium: Path, key_files: tuple[Path, ...], new_files: tuple[Path, ...]) -> None:
    """Put the keys of a medium under another passphrase, as when a holder takes one over from the home."""
    ask, new = passphrase_reader(key_files), passphrase_reader(new_files, new=True, option=_NEW_FILE)
    names = change_passphrase(
        medium, lambda file: ask(file.about.name), lambda file: new(f"{file.about.name} (new)"), read_system_time()
    )
    click.echo(f"Changed: {', '.join(names)}. Copies of this medium still open by the old one: destroy or renew them.")


@keys.command("propose")
@headquarters_home_option
@passphrase_option
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The request to write.")
@click.option(
    "--add",
    multiple=True,
    type=_REQUEST,
    help="The .public file of a new offline key.",
)
@click.option("--remove", multiple=True, help="Name of an offline key that leaves.")
@click.option("--new", multiple=True, type=click.Choice(ONLINE), help="Online role that gets a new key.")
@click.option("--renew", multiple=True, type=click.Choice([role.value for role in Role]), help="Sign for another life.")
def propose_command(
    home: Path,
    passphrase_file: Path | None,
    out: Path,
    add: tuple[Path, ...],
    remove: tuple[str, ...],
    new: tuple[str, ...],
    renew: tuple[str, ...],
) -> None:
    """Propose new keys or a longer life: writes the request that the holders sign; nothing changes yet.

    After the theft of the machine: --new snapshot --new timestamp --new lists --new kits, all at once.
    """
    changes = ProposedChanges(
        add=tuple(map(offline_key.read_public, add)), remove=remove, new=new, renew=tuple(map(Role, renew))
    )
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        request = propose(headquarters, changes)
    write_request(request, out)
    show_request(request)
    click.echo(f"Carry {out} to the holders: waypost hq keys sign; then waypost hq keys accept.", err=True)


@keys.command("show")
@click.argument("request", type=_REQUEST)
def show_command(request: Path) -> None:
    """Show what a request asks for and who has signed; needs no key and no headquarters."""
    signing_request = read_request(request)
    show_request(signing_request)
    click.echo(f"Its root has the fingerprint {fingerprint(signing_request.roots[-1])}", err=True)


@keys.command("sign")
@click.argument("request", type=_REQUEST)
@medium_option
@key_passphrases_option
@yes_option
def sign_command(request: Path, media: tuple[Path, ...], key_files: tuple[Path, ...], yes: bool) -> None:
    """Sign a request with the key on a medium; the signature goes into the request, which is carried on."""
    signed = sign_here(read_request(request), media, passphrase_reader(key_files), agreed=yes)
    write_request(signed, request)
    print_next_step(signed, request)


@keys.command("accept")
@click.argument("request", type=_REQUEST)
@headquarters_home_option
@passphrase_option
@yes_option
def accept_command(request: Path, home: Path, passphrase_file: Path | None, yes: bool) -> None:
    """Put a request in force that enough holders have signed, and publish."""
    signing_request = read_request(request)
    show_request(signing_request)
    must_be_complete(signing_request)
    if not yes:
        click.confirm("Put this in force?", abort=True, err=True)
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        accept_signed(headquarters, signing_request)
    click.echo("It is in force and published.")
