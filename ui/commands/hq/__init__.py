"""`waypost hq`: headquarters takes lists from their sources, signs, publishes, and looks after keys and kits."""

import click

from ui.commands.hq.init import init_command, recover_command
from ui.commands.hq.keys import keys
from ui.commands.hq.kits import enrol_command, kits, revoke_command
from ui.commands.hq.policy import approve_command, policy
from ui.commands.hq.publish import import_command, publish_command, rebuild_command, serve_command
from ui.commands.hq.reports import conflicts_command, report_command
from ui.commands.logs import logs_command


@click.group()
def hq() -> None:
    """Headquarters: import, publish, serve; its kits, its keys, its policy."""


for _command in (
    init_command,
    recover_command,
    import_command,
    publish_command,
    rebuild_command,
    serve_command,
    enrol_command,
    kits,
    revoke_command,
    keys,
    policy,
    approve_command,
    report_command,
    conflicts_command,
    logs_command,
):
    hq.add_command(_command)
