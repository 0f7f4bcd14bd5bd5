"""`waypost hq init|recover`: founds a headquarters, and sets one going again that was restored from a copy."""

from contextlib import closing
from pathlib import Path

import click

from data.errors import InputError
from data.text import _, plural
from sync.headquarters.ceremonies.founding import OFFLINE_KEY_NAMES, Medium
from sync.headquarters.home import HeadquartersHome, offline_folder, public_folder
from sync.headquarters.publishing.publisher import found_headquarters
from sync.headquarters.publishing.recovery import is_behind, recover
from ui.commands.hq.kits import KIT_STATES
from ui.commands.hq.signing import key_passphrases_option, passphrase_reader
from ui.confirmation import must_be_confirmed, yes_option
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import command, option
from ui.text.sanitize import safe
from ui.text.translation import say

_NO_SIGN = _(
    "Neither the published tree nor any kit shows that this headquarters is out of date. If it was restored from a "
    "copy, carry on as described below. If it was not, nothing is lost: the numbers have only gone up, and each list "
    "waits for its next import."
)
_NEEDLESS = _("Neither the published tree nor any kit shows that this headquarters is out of date.")
_RECOVERY_EFFECT = _("All numbers go up for good, and each list waits for its next import.")
_MEDIUM = click.Path(exists=True, file_okay=False, path_type=Path)


@command(
    "init",
    help=_(
        "Set up a headquarters: its keys, its store, and a first signed tree.\n\n"
        "The four offline keys go to four media, one for each holder. Without media they stay in HOME/offline, "
        "protected by the home's passphrase, until somebody takes them away."
    ),
    examples=[
        "waypost hq init --home /srv/waypost",
        "waypost hq init --home /srv/waypost --root-medium /media/a \\\n"
        "  --root-medium /media/b --root-medium /media/c --targets-medium /media/d",
    ],
)
@headquarters_home_option
@passphrase_option
@option(
    "--root-medium", "roots", multiple=True, type=_MEDIUM, help=_("Folder of the medium for a root key. Give three.")
)
@option("--targets-medium", "targets", type=_MEDIUM, help=_("Folder of the medium for the targets key."))
@key_passphrases_option
def init_command(
    home: Path, passphrase_file: Path | None, roots: tuple[Path, ...], targets: Path | None, key_files: tuple[Path, ...]
) -> None:
    secret = read_passphrase(passphrase_file, new=True)
    folders = (*roots, *filter(None, [targets]))
    ask = passphrase_reader(key_files, new=True)
    if folders and len(folders) != len(OFFLINE_KEY_NAMES):
        raise InputError(
            plural("{count} medium was given", "{count} media were given", len(folders)),
            do=_("Give three --root-medium and one --targets-medium, or none"),
        )
    media = [Medium(folder, ask(name)) for name, folder in zip(OFFLINE_KEY_NAMES, folders, strict=False)]
    found_headquarters(home, secret, media).close()
    say(
        _(
            "Headquarters is ready. Kits read {folder}. Next: `waypost hq import`, `waypost hq publish`, "
            "`waypost hq enrol`.",
            folder=public_folder(home),
        )
    )
    if not media:
        say(
            _(
                "Its offline keys are in {folder}. Carry each of them to a medium of its own.",
                folder=offline_folder(home),
            ),
            to_stderr=True,
        )


@command(
    "recover",
    help=_(
        "Resume work after this headquarters was restored from a copy.\n\n"
        "It skips the numbers that were used since the copy was made, and says what has to be repeated."
    ),
    examples=["waypost hq recover --home /srv/waypost"],
)
@headquarters_home_option
@passphrase_option
@yes_option
@json_option
def recover_command(home: Path, passphrase_file: Path | None, yes: bool, as_json: bool) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        must_be_confirmed(
            _("Recover this headquarters and publish that now?"),
            yes=yes,
            effects=[_RECOVERY_EFFECT] if is_behind(headquarters) else [_NEEDLESS, _RECOVERY_EFFECT],
        )
        report = recover(headquarters)
    if as_json:
        emit({"lists": report.lists, "kits": dict(report.kits), "was_behind": report.was_behind})
        return
    if not report.was_behind:
        say(_NO_SIGN, to_stderr=True)
    say(_("Recovered. Repeat what was done since the copy was made, in this order:"))
    say(_("1. Accept the signing requests that were accepted since: `waypost hq keys accept FILE`."))
    say(_("2. Revoke the kits that were revoked since, and enrol those that were enrolled since. The copy has:"))
    for name, state in report.kits:
        say(_("     {kit}: {state}", kit=safe(name), state=KIT_STATES[state]))
    say(_("3. Import every list from its source, then publish. Until then, kits that are ahead keep what they have:"))
    for name in report.lists:
        click.echo(f"     {safe(name)}")
