"""`waypost hq policy|approve`: what the offline role says to every kit."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import click

from data.errors import InputError
from data.policy import DEFAULT_ENTRY, RULES, Policy
from sync.headquarters.ceremonies.ceremony import accept_signed
from sync.headquarters.ceremonies.policy_changes import (
    PolicyChange,
    add_approval,
    change_policy,
    read_policy_in_force,
    set_baseline,
)
from sync.headquarters.ceremonies.proposal import ProposedChanges, propose
from sync.headquarters.ceremonies.request_words import ERASED
from sync.headquarters.ceremonies.signing_request import SigningRequest, write_request
from sync.headquarters.home import HeadquartersHome
from ui.commands.hq.keys import sign_command
from ui.commands.hq.signing import key_passphrases_option, passphrase_reader, show_request, sign_here, yes_option
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase

_ERASE = "Hours within which withdrawn rows leave kits; without word for longer, kits lock details of persons."
_F = TypeVar("_F", bound=Callable[..., Any])


class _Bound(click.ParamType[int]):
    """A count of rows, or `none`."""

    name = "count"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """`500`, or `none` for no bound, which is -1."""
        if value == "none":
            return -1
        if not str(value).isdigit():
            self.fail(f"{value!r} is neither a count nor 'none'", param, ctx)
        return int(str(value))


def _change_options(command: _F) -> _F:
    for option in reversed(
        [
            click.option("--list", "name", default=DEFAULT_ENTRY, show_default=True, help="List that it is about."),
            click.option("--old-after", "old_after_h", type=float, help="Old after so many hours."),
            click.option("--expired-after", "expired_after_h", type=float, help="Expired after so many hours."),
            click.option("--erase-within", "erase_within_hours", type=float, help=_ERASE),
            click.option("--adds", type=_Bound(), help="Rows one version may add, or none: what Waypost has."),
            click.option("--removes", type=_Bound(), help="Rows one version may remove, or none: what Waypost has."),
            click.option(
                "--adds-total", type=_Bound(), help="Rows added since the baseline, or none: what Waypost has."
            ),
            click.option(
                "--removes-total", type=_Bound(), help="Rows removed since the baseline, or none: what Waypost has."
            ),
            click.option("--baseline", is_flag=True, help="Count totals from the newest version."),
        ]
    ):
        command = option(command)
    return command


def _signing_options(command: _F) -> _F:
    medium = click.option(
        "--medium",
        "media",
        multiple=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the medium with the targets key; default: the keys that still lie in the home.",
    )
    return medium(key_passphrases_option(yes_option(command)))


@click.group("policy")
def policy() -> None:
    """Ages, bounds and approvals: what only the offline role may say."""


policy.add_command(sign_command, "sign")


@policy.command("show")
@headquarters_home_option
@passphrase_option
@json_option
def show_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show the policy in force."""
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        version, now = read_policy_in_force(headquarters)
    if as_json:
        emit({"version": version, "policy": now})
        return
    click.echo(f"version {version}; {ERASED.format(f'{now.erase_within_hours:g}')}")
    for name, entry in sorted(now.lists.items()):
        bounds = entry.bounds
        rules = RULES[: None if bounds.baseline else 2]
        bounds_in_words = ", ".join(f"{rule} {bounds.limit(rule)}" for rule in rules)
        since = f", since version {bounds.baseline.version}" if bounds.baseline else ""
        approved = "".join(f", version {approval.version} approved" for approval in bounds.approvals)
        gone = f"gone in {entry.erase_within_hours:g} h, " if entry.erase_within_hours else ""
        ages = f"old {entry.old_after_h:g} h, expired {entry.expired_after_h:g} h"
        click.echo(f"{name}: {ages}, {gone}{bounds_in_words}{since}{approved}")


@policy.command("propose")
@headquarters_home_option
@passphrase_option
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The request to write.")
@_change_options
def propose_command(
    home: Path, passphrase_file: Path | None, out: Path, name: str, baseline: bool, **change: Any
) -> None:
    """Write the request for a policy that the holder of the targets key signs; nothing changes yet."""
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        _write_request(_propose(headquarters, name, PolicyChange(**change), count_anew=baseline), out)


@policy.command("set")
@headquarters_home_option
@passphrase_option
@_signing_options
@_change_options
def set_command(
    home: Path,
    passphrase_file: Path | None,
    media: tuple[Path, ...],
    key_files: tuple[Path, ...],
    yes: bool,
    name: str,
    baseline: bool,
    **change: Any,
) -> None:
    """Propose, sign and accept in one go, where the targets key is at hand."""
    secret = read_passphrase(passphrase_file)
    with closing(HeadquartersHome.open(home, secret)) as headquarters:
        request = _propose(headquarters, name, PolicyChange(**change), count_anew=baseline)
        _sign_and_accept(headquarters, request, media, _passphrase_asker(media, key_files, secret), agreed=yes)


@click.command("approve")
@headquarters_home_option
@passphrase_option
@click.option("--list", "name", required=True, help="Name of the list.")
@click.option(
    "--version",
    "number",
    type=click.IntRange(min=1),
    help="A version that kits refuse; default: the one that the last publication refused.",
)
@click.option("--digest", default="", help="Only if this is its digest.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the request, to be signed elsewhere."
)
@_signing_options
def approve_command(
    home: Path,
    passphrase_file: Path | None,
    name: str,
    number: int | None,
    digest: str,
    out: Path | None,
    media: tuple[Path, ...],
    key_files: tuple[Path, ...],
    yes: bool,
) -> None:
    """Let one version pass beyond the bounds, by the second signature of the offline role."""
    secret = read_passphrase(passphrase_file)
    with closing(HeadquartersHome.open(home, secret)) as headquarters:
        approved, words = add_approval(headquarters, read_policy_in_force(headquarters)[1], name, number, digest)
        request = propose(headquarters, ProposedChanges(policy=approved), says=words)
        if out is not None:
            _write_request(request, out)
            return
        _sign_and_accept(headquarters, request, media, _passphrase_asker(media, key_files, secret), agreed=yes)


def _propose(headquarters: HeadquartersHome, name: str, change: PolicyChange, *, count_anew: bool) -> SigningRequest:
    wanted: Policy = change_policy(read_policy_in_force(headquarters)[1], name, change)
    if count_anew:
        wanted = set_baseline(headquarters, wanted, name)
    return propose(headquarters, ProposedChanges(policy=wanted))


def _write_request(request: SigningRequest, out: Path) -> None:
    write_request(request, out)
    show_request(request)
    click.echo(f"Carry {out} to the holder of the targets key: waypost hq policy sign {out} --medium …", err=True)


def _passphrase_asker(media: tuple[Path, ...], files: tuple[Path, ...], secret: str) -> Callable[[str], str]:
    """Keys that still lie in the home open by its own passphrase."""
    return passphrase_reader(files) if media else lambda name: secret


def _sign_and_accept(
    headquarters: HeadquartersHome,
    request: SigningRequest,
    media: tuple[Path, ...],
    ask: Callable[[str], str],
    *,
    agreed: bool,
) -> None:
    if not media and not headquarters.offline.is_dir():
        raise InputError(
            "The targets key is not in this home", do="Give --medium, or write a request (propose, approve --out)"
        )
    signed = sign_here(request, media or (headquarters.offline,), ask, agreed=agreed)
    accept_signed(headquarters, signed)
    click.echo("It is in force and published.")
