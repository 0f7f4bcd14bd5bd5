"""`waypost hq enrol|kits|revoke`: the kits of a headquarters."""

from contextlib import closing
from pathlib import Path

import click

from sync.headquarters.enrolment import EnrolmentMode, enrol
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.kits import (
    KitChange,
    KitSummary,
    SetLease,
    SetLists,
    SetStatus,
    SignAnew,
    change_kit,
    list_kits,
    revoke_kit,
    wipe_kit,
)
from ui.options import (
    emit,
    headquarters_group_home_option,
    headquarters_home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)
from ui.text.sanitize import pluralize, safe

_SENTENCE = 200


class _Names(click.ParamType[tuple[str, ...]]):
    """Names of lists, separated by commas."""

    name = "names"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """`un,sltd`."""
        names = value if isinstance(value, tuple) else tuple(filter(None, str(value).replace(" ", "").split(",")))
        if not names:
            self.fail("give at least one list", param, ctx)
        return names


@click.command("enrol")
@headquarters_home_option
@passphrase_option
@click.option("--kit", required=True, help="Name of the kit.")
@click.option("--source", required=True, help="Where the kit will fetch: a folder, or the URL of this headquarters.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The secret file to write.")
@click.option("--lists", type=_Names(), help="Lists it carries, like un,sltd; default: every list.")
@click.option("--again", is_flag=True, help="A known kit that is made anew; what was sealed to it before is void.")
def enrol_command(
    home: Path,
    passphrase_file: Path | None,
    kit: str,
    source: str,
    out: Path,
    lists: tuple[str, ...] | None,
    again: bool,
) -> None:
    """Make the secret file a technician carries to a new kit."""
    which = EnrolmentMode.AGAIN if again else EnrolmentMode.NEW
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        enrolled = enrol(headquarters, kit, source, out, lists=lists, which=which)
    click.echo(
        f"{enrolled.kit} is enrolled. Carry {enrolled.out} to it by hand, keep it secret, destroy it afterwards."
    )
    if again:
        click.echo("If the old one was stolen and not revoked, revoke first: it can still read.", err=True)


@click.group("kits", invoke_without_command=True)
@headquarters_group_home_option
@passphrase_option
@json_option
@click.pass_context
def kits(context: click.Context, home: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Kits of this headquarters: without a subcommand, every one with its state."""
    if context.invoked_subcommand is not None:
        return
    if home is None:
        raise click.UsageError("Missing option '--home'.", context)
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        lines = list_kits(headquarters)
    if as_json:
        emit(lines)
        return
    for line in lines:
        click.echo(_kit_line(line))
    click.echo(f"{pluralize(len(lines), 'kit')}.", err=True)


def _kit_line(kit: KitSummary) -> str:
    lists = "every list" if kit.lists is None else ", ".join(map(safe, kit.lists))
    state = kit.state.replace("_", " ") + (f" ({safe(kit.reason, 120)})" if kit.reason else "")
    lease = f", lease {pluralize(kit.lease_days, 'day')}" if kit.lease_days else ", no lease"
    seen = f"last reported {safe(kit.last_seen[:16].replace('T', ' '))}" if kit.last_seen else "has not reported yet"
    says = f", says: {safe(kit.says, _SENTENCE)}" if kit.says else ""
    return (
        f"{safe(kit.name)}: {state}, enrolled {kit.enrolled:%Y-%m-%d} as {kit.incarnation[:8]}, "
        f"envelope {kit.serial}, {lists}{lease}, {seen}{says}"
    )


@kits.command("set")
@click.argument("kit")
@headquarters_home_option
@passphrase_option
@click.option("--lists", type=_Names(), help="Lists it carries from now on, like un,sltd.")
@click.option("--every-list", is_flag=True, help="It carries every list.")
@click.option(
    "--suspend", default="", metavar="WHY", help="Its lists lock, and it gets nothing new, until it is resumed."
)
@click.option("--resume", is_flag=True, help="End a suspension.")
@click.option(
    "--lease-days",
    type=click.IntRange(0, 3650),
    help="Its lists lock after so many days without us, and are erased after three times as many; 0: never.",
)
@click.option("--sign-anew", is_flag=True, help="Word for a kit whose lists locked, though nothing changes for it.")
def set_command(
    kit: str,
    home: Path,
    passphrase_file: Path | None,
    lists: tuple[str, ...] | None,
    every_list: bool,
    suspend: str,
    resume: bool,
    lease_days: int | None,
    sign_anew: bool,
) -> None:
    """Change what a kit carries or whether it may work, and publish. A list taken away turns its key."""
    changes: list[KitChange] = []
    if lists is not None or every_list:
        changes.append(SetLists(None if every_list else lists))
    if suspend or resume:
        changes.append(SetStatus(suspend))
    if lease_days is not None:
        changes.append(SetLease(lease_days))
    if sign_anew:
        changes.append(SignAnew())
    if not changes or (lists and every_list) or (suspend and resume):
        raise click.UsageError("Say what to change, and nothing twice.")
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        turned = change_kit(headquarters, kit, *changes)
    click.echo(f"{kit} is set.{_new_keys_words(turned)}")


@click.command("revoke")
@headquarters_home_option
@passphrase_option
@click.option("--kit", required=True, help="Name of the kit.")
@click.option("--why", required=True, help="Why, in one line; the kit is told.")
@click.option("--wipe", is_flag=True, help="It also erases its lists and their keys when it hears of this.")
def revoke_command(home: Path, passphrase_file: Path | None, kit: str, why: str, wipe: bool) -> None:
    """End a kit for good, as when it was stolen: the keys of its lists turn at once, and it reads nothing new."""
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        turned = (wipe_kit if wipe else revoke_kit)(headquarters, kit, why)
    had = (
        "What it had it erases when it hears of this."
        if wipe
        else "What it had it keeps, locked when it hears of this."
    )
    click.echo(f"{kit} is revoked.{_new_keys_words(turned)} {had}")


def _new_keys_words(names: tuple[str, ...]) -> str:
    return f" New keys for: {', '.join(names)}." if names else ""
