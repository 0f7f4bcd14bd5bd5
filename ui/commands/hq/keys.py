"""`waypost hq keys`: the state of headquarters' keys, and the ceremonies in which their holders sign."""

from contextlib import closing
from pathlib import Path

import click

from data.clock import read_system_time
from data.durable_files import read_regular
from data.errors import InputError, describe_os_error
from data.text import Message, _, in_context, join
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
)
from ui.confirmation import must_be_confirmed, yes_option
from ui.options import (
    emit,
    headquarters_group_home_option,
    headquarters_home_option,
    json_option,
    passphrase_option,
    read_passphrase,
    require_home,
)
from ui.text.help import group, option
from ui.text.sanitize import safe
from ui.text.translation import say, translate

_NEW_FILE = "--new-passphrase-file"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_URGENCY = {
    RenewalUrgency.OK: in_context("how urgent a renewal is", "ok"),
    RenewalUrgency.SOON: in_context("how urgent a renewal is", "act soon"),
    RenewalUrgency.NOW: in_context("how urgent a renewal is", "ACT NOW"),
}


@group(
    invoke_without_command=True,
    help=_(
        "Show the keys of headquarters, when they expire and what to do; or change them.\n\n"
        "A change is a signing request, a file: `propose` writes it, each holder does `sign`, `accept` puts it into "
        "force."
    ),
    examples=["waypost hq keys --home /srv/waypost"],
)
@headquarters_group_home_option
@passphrase_option
@json_option
@click.pass_context
def keys(context: click.Context, home: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    if context.invoked_subcommand is not None:
        return
    home = require_home(context, home)
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        state = read_key_state(headquarters)
    if as_json:
        emit(state)
        return
    for role in state:
        click.echo(_role_line(role))
    for role in state:
        if role.do:
            say(_("{role}: {do}", role=role.role, do=role.do), to_stderr=True)


def _role_line(role: RoleState) -> str:
    urgency = translate(_URGENCY[role.urgency])
    version = f"v{role.version}" if role.version else ""
    until = translate(_("until {date:%Y-%m-%d}", date=role.expires)) if role.expires else ""
    names = ", ".join(map(safe, role.keys))
    rule = translate(_("{needed} of {number}: {keys}", needed=role.needed, number=len(role.keys), keys=names))
    return f"{urgency:8} {role.role:9} {version:5} {until:16} {rule}"


@keys.command(
    "make",
    help=_(
        "Make an offline key on its holder's medium, protected by the holder's passphrase. Needs no headquarters.\n\n"
        "Its public half goes to headquarters, for `waypost hq keys propose --add`."
    ),
    examples=['waypost hq keys make --medium /media/emil --name root-4 --holder "Emil"'],
)
@option("--medium", required=True, type=click.Path(file_okay=False, path_type=Path), help=_("Folder of the medium."))
@option("--name", required=True, help=_("Name of the key, like root-4. It is public."))
@option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help=_("What the key will sign. If not given, its name says so."),
)
@option("--holder", default="", help=_("Who holds it; this stays on the medium."))
@passphrase_option
def make_command(medium: Path, name: str, role: str | None, holder: str, passphrase_file: Path | None) -> None:
    secret = read_passphrase(passphrase_file, new=True, of=name)
    about = make_key(medium, name, Role(role or offline_key.role_of(name)), secret, read_system_time(), holder=holder)
    say(_("The key {key} is ready. Its id: {id}", key=about.name, id=about.key.keyid))
    public = medium / f"{name}.public"
    say(_("Carry {file} to headquarters. The key file stays on the medium.", file=public), to_stderr=True)


@keys.command(
    "check",
    help=_(
        "Check key media: right headquarters, keys in force, passphrases, enough of them.\n\n"
        "They are compared with the newest root of --home, else with the newest root on the media. Exit code 1: "
        "something is wrong."
    ),
    examples=["waypost hq keys check --home /srv/waypost --medium /media/a --medium /media/b"],
)
@medium_option
@option(
    "--home",
    envvar="WAYPOST_HOME",
    show_envvar=True,
    type=click.Path(file_okay=False, path_type=Path),
    help=_("Headquarters' folder; its published tree is enough."),
)
@key_passphrases_option
@json_option
def check_command(media: tuple[Path, ...], home: Path | None, key_files: tuple[Path, ...], as_json: bool) -> int:
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
        say(_check_line(key))
    root = _("root version {version}", version=checked.root_version)
    if checked.root_expires <= read_system_time():
        say(_("{root}, EXPIRED on {date:%Y-%m-%d}", root=root, date=checked.root_expires))
    else:
        say(_("{root}, valid until {date:%Y-%m-%d}", root=root, date=checked.root_expires))
    say(_("its fingerprint: {fingerprint}", fingerprint=checked.fingerprint))
    for role, needed in checked.needed.items():
        present = checked.present[role]
        if present >= needed:
            say(_("{role}: {present} here, {needed} needed", role=role, present=present, needed=needed))
        else:
            say(_("{role}: {present} here, {needed} needed: NOT ENOUGH", role=role, present=present, needed=needed))


def _check_line(key: KeyCheck) -> Message:
    clauses = [
        _("{key} ({id}) opens", key=key.name, id=key.key_id[:8])
        if key.opens
        else _("{key} ({id}) DOES NOT OPEN", key=key.name, id=key.key_id[:8]),
        _("in force") if key.in_force else _("NOT in force"),
    ]
    if key.holder:
        clauses.append(_("held by {holder}", holder=safe(key.holder)))
    return join([*clauses, _("made {date}", date=safe(key.made)), _("on {folder}", folder=key.medium)], ", ")


def _roots(home: Path) -> tuple[bytes, ...]:
    folder = next((candidate for candidate in (public_folder(home), home) if (candidate / "metadata").is_dir()), None)
    if folder is None:
        raise InputError(_("{folder} is neither headquarters nor a published tree", folder=home), do=_("Check --home"))
    number = 1
    roots = []
    while (path := folder / "metadata" / f"{number}.root.json").exists():
        try:
            roots.append(read_regular(path))
        except OSError as error:
            raise InputError(
                _("{file} cannot be read ({reason})", file=path, reason=describe_os_error(error)),
                do=_("Restore the file from a mirror"),
            ) from error
        number += 1
    return tuple(roots)


@keys.command(
    "passphrase",
    help=_(
        "Protect the keys on a medium with another passphrase.\n\n"
        "Do this when a holder takes over a key that was protected by the home's passphrase."
    ),
    examples=["waypost hq keys passphrase --medium /media/anna"],
)
@option("--medium", required=True, type=click.Path(file_okay=False, path_type=Path), help=_("Folder of the medium."))
@key_passphrases_option
@option(
    _NEW_FILE,
    "new_files",
    multiple=True,
    type=_FILE,
    help=_(
        "File with the new passphrase of a key (repeatable, in the order of the keys). If not given, each holder is "
        "asked."
    ),
)
def passphrase_command(medium: Path, key_files: tuple[Path, ...], new_files: tuple[Path, ...]) -> None:
    ask, new = passphrase_reader(key_files), passphrase_reader(new_files, new=True, option=_NEW_FILE)
    names = change_passphrase(
        medium,
        lambda file: ask(file.about.name),
        lambda file: new(translate(_("{key} (new)", key=file.about.name))),
        read_system_time(),
    )
    say(_("Changed: {keys}.", keys=", ".join(names)))
    say(_("Copies of this medium still open with the old passphrase: destroy or renew them."))


@keys.command(
    "propose",
    help=_(
        "Propose new keys, or later expiry dates for roles. Nothing changes yet.\n\n"
        "This writes the request that the holders sign. After a theft of headquarters' machine, renew all online keys "
        "at once: see the second example."
    ),
    examples=[
        "waypost hq keys propose --home /srv/waypost --out request.json --renew root",
        "waypost hq keys propose --home /srv/waypost --out request.json \\\n"
        "  --new snapshot --new timestamp --new lists --new kits",
    ],
)
@headquarters_home_option
@passphrase_option
@option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help=_("The request to write."))
@option("--add", multiple=True, type=_FILE, help=_("The .public file of a new offline key (repeatable)."))
@option("--remove", multiple=True, help=_("Name of an offline key to remove (repeatable)."))
@option("--new", multiple=True, type=click.Choice(ONLINE), help=_("Online role that gets a new key (repeatable)."))
@option(
    "--renew",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help=_("Offline role whose signatures get a new expiry date (repeatable)."),
)
def propose_command(
    home: Path,
    passphrase_file: Path | None,
    out: Path,
    add: tuple[Path, ...],
    remove: tuple[str, ...],
    new: tuple[str, ...],
    renew: tuple[str, ...],
) -> None:
    changes = ProposedChanges(
        add=tuple(map(offline_key.read_public, add)), remove=remove, new=new, renew=tuple(map(Role, renew))
    )
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        request = propose(headquarters, changes)
    write_request(request, out)
    show_request(request)
    say(
        _("Carry {file} to the holders: `waypost hq keys sign`. Then `waypost hq keys accept`.", file=out),
        to_stderr=True,
    )


@keys.command(
    "show",
    help=_("Show what a request asks for and who has signed it. Needs no key and no headquarters."),
    examples=["waypost hq keys show request.json"],
)
@click.argument("request", type=_FILE)
def show_command(request: Path) -> None:
    signing_request = read_request(request)
    show_request(signing_request)
    say(
        _("The fingerprint of its root: {fingerprint}", fingerprint=fingerprint(signing_request.roots[-1])),
        to_stderr=True,
    )


@keys.command(
    "sign",
    help=_(
        "Sign a request with the key on a medium. Needs no headquarters.\n\n"
        "It shows what the request asks for, and asks you to confirm. The signature is added to the file, which goes "
        "to the next holder or back to headquarters."
    ),
    examples=["waypost hq keys sign request.json --medium /media/anna"],
)
@click.argument("request", type=_FILE)
@medium_option
@key_passphrases_option
@yes_option
def sign_command(request: Path, media: tuple[Path, ...], key_files: tuple[Path, ...], yes: bool) -> None:
    signed = sign_here(read_request(request), media, passphrase_reader(key_files), agreed=yes)
    write_request(signed, request)
    print_next_step(signed, request)


@keys.command(
    "accept",
    help=_("Put into force a request that enough holders have signed, and publish."),
    examples=["waypost hq keys accept request.json --home /srv/waypost"],
)
@click.argument("request", type=_FILE)
@headquarters_home_option
@passphrase_option
@yes_option
def accept_command(request: Path, home: Path, passphrase_file: Path | None, yes: bool) -> None:
    signing_request = read_request(request)
    show_request(signing_request)
    must_be_complete(signing_request)
    must_be_confirmed(_("Put this into force?"), yes=yes)
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        accept_signed(headquarters, signing_request)
    say(_("It is in force and published."))
