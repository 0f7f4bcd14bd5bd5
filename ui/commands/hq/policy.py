"""`waypost hq policy|approve`: the policy that the targets key signs for every kit."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import click

from data.errors import InputError
from data.policy import DEFAULT_ENTRY, RULES, ListPolicy, Policy, Rule
from data.text import Message, _, join
from sync.headquarters.ceremonies.ceremony import accept_signed
from sync.headquarters.ceremonies.policy_changes import (
    PolicyChange,
    add_approval,
    change_policy,
    read_policy_in_force,
    set_baseline,
)
from sync.headquarters.ceremonies.proposal import ProposedChanges, propose
from sync.headquarters.ceremonies.signing_request import SigningRequest, write_request
from sync.headquarters.home import HeadquartersHome
from ui.commands.hq.keys import sign_command
from ui.commands.hq.signing import key_passphrases_option, passphrase_reader, show_request, sign_here
from ui.confirmation import yes_option
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import command, group, option
from ui.text.translation import say

_F = TypeVar("_F", bound=Callable[..., Any])


class _Bound(click.ParamType[int]):
    """A number of rows, or `none`."""

    name = "count"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """`500`; `none`, for no bound of its own, is -1."""
        if value == "none":
            return -1
        if not str(value).isdigit():
            self.fail(_("'{value}' is neither a number nor `none`.", value=value), param, ctx)
        return int(str(value))


class _Share(click.ParamType[float]):
    """A share of a list, or `none`."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """`0.1` or `10%`; `none`, for Waypost's own, is -1."""
        text = str(value).strip()
        if text == "none":
            return -1
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1
        if not 0 <= share <= 1:
            self.fail(_("'{value}' is neither a share like 0.1 or 10% nor `none`.", value=value), param, ctx)
        return share


def _change_options(command: _F) -> _F:
    for add_option in reversed(_CHANGES):
        command = add_option(command)
    return command


_CHANGES = (
    option("--list", "name", default=DEFAULT_ENTRY, show_default=True, help=_("The list concerned.")),
    option("--old-after", "old_after_h", type=float, help=_("Hours after which a list counts as old.")),
    option(
        "--expired-after",
        "expired_after_h",
        type=float,
        help=_("Hours after which a list is expired: kits then answer CANNOT SAY."),
    ),
    option(
        "--erase-within",
        "erase_within_hours",
        type=float,
        help=_(
            "Hours within which withdrawn rows are erased from kits. A kit that has had no contact for longer hides "
            "persons' details."
        ),
    ),
    option(
        "--adds", type=_Bound(), help=_("Most rows that one version may add; `none` for the limit built into Waypost.")
    ),
    option(
        "--removes",
        type=_Bound(),
        help=_("Most rows that one version may remove; `none` for the limit built into Waypost."),
    ),
    option(
        "--adds-total",
        type=_Bound(),
        help=_("Most rows added since the baseline; `none` for the limit built into Waypost."),
    ),
    option(
        "--removes-total",
        type=_Bound(),
        help=_("Most rows removed since the baseline; `none` for the limit built into Waypost."),
    ),
    option(
        "--max-fall",
        type=_Share(),
        help=_(
            "Share of its rows, names, dates of birth or document numbers that a list may lose in one import and one "
            "version, like 10%; `none` for the share built into Waypost."
        ),
    ),
    option("--baseline", is_flag=True, help=_("Make the newest version the baseline: totals count from it.")),
)


def _signing_options(command: _F) -> _F:
    medium = option(
        "--medium",
        "media",
        multiple=True,
        type=click.Path(file_okay=False, path_type=Path),
        help=_("Folder of the medium with the targets key. If not given: the keys that are still in the home."),
    )
    return medium(key_passphrases_option(yes_option(command)))


@group(
    "policy",
    help=_(
        "Show or change the policy: ages, bounds and approvals of lists.\n\n"
        "Kits obey it because it is signed by the targets key, which is kept offline."
    ),
)
def policy() -> None:
    pass


policy.add_command(sign_command, "sign")


@policy.command("show", help=_("Show the policy in force."), examples=["waypost hq policy show --home /srv/waypost"])
@headquarters_home_option
@passphrase_option
@json_option
def show_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        version, now = read_policy_in_force(headquarters)
    if as_json:
        emit({"version": version, "policy": now})
        return
    say(
        _(
            "version {version}; withdrawn rows are erased from kits within {hours:g} hours; a kit that has had no "
            "contact for longer hides persons' details",
            version=version,
            hours=now.erase_within_hours,
        )
    )
    for name, entry in sorted(now.lists.items()):
        say(_policy_line(name, entry))


def _policy_line(name: str, entry: ListPolicy) -> Message:
    bounds = entry.bounds
    clauses: list[str] = [
        _(
            "{list}: old after {old:g} h, expired after {expired:g} h",
            list=name,
            old=entry.old_after_h,
            expired=entry.expired_after_h,
        )
    ]
    if entry.erase_within_hours:
        clauses.append(_("erased within {hours:g} h", hours=entry.erase_within_hours))
    rules = RULES if bounds.baseline else RULES[:2]
    clauses += [_BOUNDS[rule](bounds.limit(rule)) for rule in rules]
    clauses.append(_("loses at most {share} at once", share=f"{bounds.share * 100:.3g}%"))
    if bounds.baseline:
        clauses.append(_("since version {version}", version=bounds.baseline.version))
    clauses += [_("version {version} approved", version=approval.version) for approval in bounds.approvals]
    return join(clauses, ", ")


_BOUNDS: dict[Rule, Callable[[int], Message]] = {
    "adds": lambda count: _("adds at most {count}", count=count),
    "removes": lambda count: _("removes at most {count}", count=count),
    "adds_total": lambda count: _("adds at most {count} in all", count=count),
    "removes_total": lambda count: _("removes at most {count} in all", count=count),
}


@policy.command(
    "propose",
    help=_(
        "Write a request for another policy. Nothing changes yet.\n\n"
        "The holder of the targets key signs it, and headquarters accepts it: see `waypost hq keys --help`."
    ),
    examples=["waypost hq policy propose --home /srv/waypost --out request.json \\\n  --list un --removes 50"],
)
@headquarters_home_option
@passphrase_option
@option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help=_("The request to write."))
@_change_options
def propose_command(
    home: Path, passphrase_file: Path | None, out: Path, name: str, baseline: bool, **change: Any
) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        _write_request(_propose(headquarters, name, PolicyChange(**change), count_anew=baseline), out)


@policy.command(
    "set",
    help=_("Change the policy at once, where the targets key is at hand: propose, sign and accept."),
    examples=["waypost hq policy set --home /srv/waypost --list un --old-after 48 \\\n  --medium /media/dara"],
)
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
    secret = read_passphrase(passphrase_file)
    with closing(HeadquartersHome.open(home, secret)) as headquarters:
        request = _propose(headquarters, name, PolicyChange(**change), count_anew=baseline)
        _sign_and_accept(headquarters, request, media, _passphrase_asker(media, key_files, secret), agreed=yes)


@command(
    "approve",
    help=_(
        "Approve one version of a list even though it exceeds the bounds.\n\n"
        "The approval is signed by the targets key: here with --medium, or elsewhere with the request that --out "
        "writes."
    ),
    examples=["waypost hq approve --home /srv/waypost --list un --medium /media/dara"],
)
@headquarters_home_option
@passphrase_option
@option("--list", "name", required=True, help=_("Name of the list."))
@option(
    "--version",
    "number",
    type=click.IntRange(min=1),
    help=_("A version that kits refuse. If not given: the one that the last publication refused."),
)
@option("--digest", default="", help=_("Approve it only if this is its digest."))
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write the request to this file, to be signed elsewhere."),
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
    call = f"waypost hq policy sign {out} --medium …"
    say(_("Carry {file} to the holder of the targets key: `{command}`", file=out, command=call), to_stderr=True)


def _passphrase_asker(media: tuple[Path, ...], files: tuple[Path, ...], secret: str) -> Callable[[str], str]:
    """Keys that are still in the home open with its own passphrase."""
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
            _("The targets key is not in this home"),
            do=_("Give --medium, or write a request with `waypost hq policy propose` or `waypost hq approve --out`"),
        )
    signed = sign_here(request, media or (headquarters.offline,), ask, agreed=agreed)
    accept_signed(headquarters, signed)
    say(_("It is in force and published."))
