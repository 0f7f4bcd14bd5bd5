"""`waypost hq`: headquarters imports lists, signs and publishes them, and manages keys, kits and people."""

from data.homes import HomeKind
from data.text import _
from ui.commands.hq.countersign import countersign_command, countersigned_command
from ui.commands.hq.import_journal import imports_command
from ui.commands.hq.imports import import_command
from ui.commands.hq.init import init_command, recover_command
from ui.commands.hq.keys import keys
from ui.commands.hq.kits import enrol_command, kits, revoke_command
from ui.commands.hq.people import people
from ui.commands.hq.policy import approve_command, policy
from ui.commands.hq.posts import posts
from ui.commands.hq.publish import publish_command, rebuild_command, serve_command
from ui.commands.hq.reports import conflicts_command, report_command
from ui.commands.hq.staff import staff
from ui.commands.logs import make_logs_command
from ui.commands.passphrase import make_passphrase_command
from ui.options import headquarters_home_option
from ui.text.help import group


@group(
    help=_(
        "Run headquarters: lists, kits, people, keys and policy.\n\n"
        "In order: `hq init` once; then `hq import` and `hq publish` for each new list; `hq posts add` and `hq people "
        "add` for each post and its people; `hq enrol` for each kit; `hq serve` where kits fetch over a network."
    )
)
def hq() -> None:
    pass


for _command in (
    init_command,
    recover_command,
    import_command,
    imports_command,
    publish_command,
    rebuild_command,
    serve_command,
    enrol_command,
    kits,
    revoke_command,
    posts,
    staff,
    people,
    countersign_command,
    countersigned_command,
    keys,
    policy,
    approve_command,
    report_command,
    conflicts_command,
    make_logs_command(
        HomeKind.HEADQUARTERS, headquarters_home_option, "waypost hq logs --home /srv/waypost --since 2d"
    ),
    make_passphrase_command(
        HomeKind.HEADQUARTERS, headquarters_home_option, "waypost hq passphrase --home /srv/waypost"
    ),
):
    hq.add_command(_command)
