"""`waypost hq enrol|kits|revoke`: the kits of a headquarters."""

from contextlib import closing
from pathlib import Path

import click

from data.kit.headquarters_word import IN_FORCE, REVOKED, SUSPENDED, WIPED
from data.text import Message, _, in_context, join, plural
from sync.headquarters.enrolment import EnrolmentMode, Technician, enrol
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.kits import (
    KitChange,
    KitSummary,
    SetLease,
    SetLists,
    SetPost,
    SetStatus,
    SignAnew,
    change_kit,
    list_kits,
    revoke_kit,
    wipe_kit,
)
from sync.headquarters.store.list_table import all_lists
from sync.link import is_url
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
from ui.text.help import command, group, option
from ui.text.sanitize import safe
from ui.text.translation import say, utc_minute

_SENTENCE = 200

_REVOKED_EFFECT = _("It keeps the lists that it has; they lock once this reaches it.")
_WIPED_EFFECT = _("Once this reaches the kit, it erases the lists that it has.")
KIT_STATES = {
    IN_FORCE: in_context("state of a kit", "in force"),
    SUSPENDED: in_context("state of a kit", "suspended"),
    REVOKED: in_context("state of a kit", "revoked"),
    WIPED: in_context("state of a kit", "wiped"),
}


class _Names(click.ParamType[tuple[str, ...]]):
    """Names of lists, separated by commas."""

    name = "names"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """`un,sltd`."""
        names = value if isinstance(value, tuple) else tuple(filter(None, str(value).replace(" ", "").split(",")))
        if not names:
            self.fail(_("Give at least one list."), param, ctx)
        return names


@command(
    "enrol",
    help=_(
        "Make the secret file with which a technician sets up a new kit.\n\n"
        "Whoever has the file can read the kit's lists: carry it by hand and destroy it afterwards."
    ),
    examples=[
        "waypost hq enrol --home /srv/waypost --kit north-1 \\\n  --source http://hq.example:8080 --out north-1.secret",
        "waypost hq enrol --home /srv/waypost --kit north-1 \\\n  --source http://hq.example:8080 --out north-1.secret "
        '\\\n  --post "North Gate" --technician T-12 --technician-name "T. Sample"',
    ],
)
@headquarters_home_option
@passphrase_option
@option("--kit", required=True, help=_("Name of the kit."))
@option("--source", required=True, help=_("Where the kit will fetch from: the URL of this headquarters, or a folder."))
@option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help=_("The secret file to write."))
@option("--lists", type=_Names(), help=_("Lists that the kit carries, like un,sltd. If not given: every list."))
@option(
    "--again",
    is_flag=True,
    help=_("Enrol a known kit again, for example after a repair. Anything sealed to it before becomes void."),
)
@option("--post", help=_("The post where it stands (`waypost hq posts list`)."))
@option(
    "--technician",
    default="",
    metavar="NUMBER",
    help=_(
        "Service number of who may sign in on the kit before it has the people of its post. Their code is printed once."
    ),
)
@option("--technician-name", default="", help=_("Their name, where headquarters does not know the number."))
@yes_option
def enrol_command(
    home: Path,
    passphrase_file: Path | None,
    kit: str,
    source: str,
    out: Path,
    lists: tuple[str, ...] | None,
    again: bool,
    post: str | None,
    technician: str,
    technician_name: str,
    yes: bool,
) -> None:
    who = Technician(technician, technician_name) if technician else None
    which = EnrolmentMode.AGAIN if again else EnrolmentMode.NEW
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        if again and (summary := _summary(headquarters, kit)):
            must_be_confirmed(
                _("Enrol {kit} again and publish that now?", kit=safe(kit)),
                yes=yes,
                effects=[*summary, _("What that kit has now gets nothing new any more.")],
            )
        enrolled = enrol(headquarters, kit, source, out, lists=lists, which=which, post=post, technician=who)
    say(
        _(
            "{kit} is enrolled. Carry {file} to it by hand, keep the file secret, and destroy it afterwards.",
            kit=enrolled.kit,
            file=enrolled.out,
        )
    )
    if enrolled.code:
        say(
            _(
                "Code of {number}: {code}. It is shown only now, and must be changed when it is first used on the kit.",
                number=safe(technician.upper()),
                code=enrolled.code,
            )
        )
    if not is_url(enrolled.source) and not Path(enrolled.source).is_dir():
        say(
            _(
                "The folder {folder} is not on this machine: the kit's machine must have it under this path.",
                folder=enrolled.source,
            ),
            to_stderr=True,
        )
    if again:
        say(
            _("If the old kit was stolen and is not revoked, revoke it first: it can still read its lists."),
            to_stderr=True,
        )


@group(
    "kits",
    invoke_without_command=True,
    help=_("Show the kits of this headquarters and their state, or change one."),
    examples=["waypost hq kits --home /srv/waypost"],
)
@headquarters_group_home_option
@passphrase_option
@json_option
@click.pass_context
def kits(context: click.Context, home: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    if context.invoked_subcommand is not None:
        return
    home = require_home(context, home)
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        lines = list_kits(headquarters)
    if as_json:
        emit(lines)
        return
    for line in lines:
        say(_kit_line(line))
    say(plural("{count} kit.", "{count} kits.", len(lines)), to_stderr=True)


def _kit_line(kit: KitSummary) -> Message:
    state = KIT_STATES[kit.state]
    if kit.reason:
        state = _("{state} ({reason})", state=state, reason=safe(kit.reason, 120))
    clauses: list[str] = [
        _("{kit}: {state}", kit=safe(kit.name), state=state),
        _("enrolled {date:%Y-%m-%d} as {incarnation}", date=kit.enrolled, incarnation=kit.incarnation[:8]),
        _("envelope {number}", number=kit.serial),
        _("every list") if kit.lists is None else ", ".join(map(safe, kit.lists)),
        plural("lease {count} day", "lease {count} days", kit.lease_days) if kit.lease_days else _("no lease"),
        _("last reported {time}", time=utc_minute(kit.last_seen)) if kit.last_seen else _("has not reported yet"),
    ]
    if kit.post is not None:
        clauses.append(_("at post {post}", post=safe(kit.post)))
    if kit.says:
        clauses.append(_("reports: {status}", status=safe(kit.says, _SENTENCE)))
    return join(clauses, ", ")


@kits.command(
    "set",
    help=_(
        "Change what KIT carries or whether it may work, and publish.\n\n"
        "If a list is taken away from it, that list gets a new key."
    ),
    examples=[
        "waypost hq kits set north-1 --home /srv/waypost --lists un,sltd",
        'waypost hq kits set north-1 --home /srv/waypost --suspend "being repaired"',
    ],
)
@click.argument("kit")
@headquarters_home_option
@passphrase_option
@option("--lists", type=_Names(), help=_("Lists that it carries from now on, like un,sltd."))
@option("--every-list", is_flag=True, help=_("It carries every list."))
@option(
    "--suspend",
    default="",
    metavar="WHY",
    help=_("Lock its lists and send it nothing new until it is resumed. The kit shows the reason."),
)
@option("--resume", is_flag=True, help=_("End a suspension."))
@option(
    "--lease-days",
    type=click.IntRange(0, 3650),
    help=_("Its lists lock after this many days without contact, and are erased after three times as many. 0: never."),
)
@option(
    "--sign-anew",
    is_flag=True,
    help=_("Sign its envelope again, for a kit whose lists have locked even though nothing changes for it."),
)
@option("--post", help=_("The post where it stands: the people of that post sign in on it (`waypost hq posts list`)."))
@option("--no-post", is_flag=True, help=_("It stands at no post, and nobody signs in on it."))
@yes_option
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
    post: str | None,
    no_post: bool,
    yes: bool,
) -> None:
    changes: list[KitChange] = []
    if post is not None or no_post:
        changes.append(SetPost(None if no_post else post))
    if lists is not None or every_list:
        changes.append(SetLists(None if every_list else lists))
    if suspend or resume:
        changes.append(SetStatus(suspend))
    if lease_days is not None:
        changes.append(SetLease(lease_days))
    if sign_anew:
        changes.append(SignAnew())
    if not changes or (lists and every_list) or (suspend and resume) or (post and no_post):
        raise click.UsageError(
            _(
                "Give at least one change. These exclude each other: --lists and --every-list, --suspend and --resume, "
                "--post and --no-post."
            )
        )
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        if losses := _losses(headquarters, kit, changes):
            effects = [*_summary(headquarters, kit), *losses]
            must_be_confirmed(_("Change {kit} and publish that now?", kit=safe(kit)), yes=yes, effects=effects)
        turned = change_kit(headquarters, kit, *changes)
    words = join(map(_change_words, changes), ", ")
    say(join([_("{kit} from now on: {changes}.", kit=safe(kit), changes=words), *_new_keys(turned)]))


def _losses(headquarters: HeadquartersHome, name: str, changes: list[KitChange]) -> list[Message]:
    """Of the kit's lists, what the changes make it erase, at once or sooner than before; and who is shut out."""
    kit = next((kit for kit in list_kits(headquarters) if kit.name == name), None)
    with headquarters.store.reading() as connection:
        known = {entry.name for entry in all_lists(connection)}
    if kit is None:  # the change says so
        return []
    losses = []
    for change in changes:
        match change:
            case SetLists(tuple() as names) if known.issuperset(names) and set(kit.lists or known) - set(names):
                losses.append(_("Once this reaches the kit, it erases every list but {names}.", names=", ".join(names)))
            case SetLease(int() as days) if days and (kit.lease_days == 0 or days < kit.lease_days):
                losses.append(
                    plural(
                        "Without contact, its lists lock after {count} day and are erased after three times as long.",
                        "Without contact, its lists lock after {count} days and are erased after three times as long.",
                        days,
                    )
                )
            case SetPost(post) if kit.post and post != kit.post:
                losses.append(
                    _("Once this reaches the kit, the people of {post} can no longer sign in on it.", post=kit.post)
                )
    return losses


def _change_words(change: KitChange) -> Message:
    match change:
        case SetLists(names):
            return _("every list") if names is None else _("lists {names}", names=", ".join(map(safe, names)))
        case SetStatus(why) if why:
            return _("suspended ({reason})", reason=safe(why, 120))
        case SetStatus():
            return _("not suspended")
        case SetLease(days):
            return plural("lease {count} day", "lease {count} days", days) if days else _("no lease")
        case SetPost(post):
            return _("at no post") if post is None else _("at post {post}", post=safe(post))
        case SignAnew():
            return _("a new signature on its envelope")


@command(
    "revoke",
    help=_(
        "Revoke a kit permanently, for example because it was stolen.\n\n"
        "Its lists get new keys at once, so that it cannot read anything new."
    ),
    examples=['waypost hq revoke --home /srv/waypost --kit north-1 --why "car broken into"'],
)
@headquarters_home_option
@passphrase_option
@option("--kit", required=True, help=_("Name of the kit."))
@option("--why", required=True, help=_("The reason, in one line. The kit shows it."))
@option("--wipe", is_flag=True, help=_("The kit also erases its lists and their keys once this reaches it."))
@yes_option
def revoke_command(home: Path, passphrase_file: Path | None, kit: str, why: str, wipe: bool, yes: bool) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        if summary := _summary(headquarters, kit):
            must_be_confirmed(
                _("Revoke {kit} permanently and publish that now?", kit=safe(kit)),
                yes=yes,
                effects=[*summary, _WIPED_EFFECT if wipe else _REVOKED_EFFECT],
            )
        turned = (wipe_kit if wipe else revoke_kit)(headquarters, kit, why)
    effect = _WIPED_EFFECT if wipe else _REVOKED_EFFECT
    say(join([_("{kit} is revoked.", kit=kit), *_new_keys(turned), effect]))


def _summary(headquarters: HeadquartersHome, name: str) -> list[Message]:
    """The line of one kit; none where it is not known: there is nothing to confirm, and the change says so."""
    return [_kit_line(kit) for kit in list_kits(headquarters) if kit.name == name]


def _new_keys(names: tuple[str, ...]) -> list[Message]:
    return [_("New keys for: {lists}.", lists=", ".join(names))] if names else []
