"""`waypost hq recover`: a headquarters that was put back from a copy goes on."""

from contextlib import closing
from pathlib import Path

import click

from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.recovery import recover
from ui.options import emit, home_option, json_option, passphrase, passphrase_option
from ui.say import safe

_NO_SIGN = (
    "Neither its tree nor any kit said that this headquarters was behind. If it was put back from a copy, go on as "
    "below; if it was not, nothing is lost: numbers went up, and each list waits for its next import."
)


@click.command("recover")
@home_option
@passphrase_option
@json_option
def recover_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Go on after this headquarters was put back from a copy: pass over the numbers that were given since.

    What happened since the copy has to be done again; this says what.
    """
    with closing(HeadquartersHome.open(home, passphrase(passphrase_file))) as headquarters:
        done = recover(headquarters)
    if as_json:
        emit({"lists": done.lists, "kits": dict(done.kits), "was_behind": done.was_behind})
        return
    if not done.was_behind:
        click.echo(_NO_SIGN, err=True)
    click.echo("Recovered. What was done since the copy was made has to be done again, in this order:")
    click.echo("1. Accept the signing requests that were accepted since (waypost hq keys accept FILE).")
    click.echo(
        "2. Revoke the kits that were revoked since, enrol again those that were enrolled. As the copy has them:"
    )
    for name, state in done.kits:
        click.echo(f"     {safe(name)}: {state.replace('_', ' ')}")
    click.echo("3. Import every list anew from its source, then publish; until then kits that are further keep theirs:")
    for name in done.lists:
        click.echo(f"     {safe(name)}")
