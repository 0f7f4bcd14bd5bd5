"""`waypost kit`: a technician makes a kit."""

from pathlib import Path

import click

from provisioning.enrol import init_kit
from ui.options import home_option, passphrase, passphrase_option


@click.group()
def kit() -> None:
    """Make a kit."""


@kit.command("init")
@home_option
@passphrase_option
@click.option(
    "--enrol",
    "enrolment",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The secret file that `waypost hq enrol` wrote.",
)
def init(home: Path, passphrase_file: Path | None, enrolment: Path) -> None:
    """Make a kit (development profile) from headquarters' secret file."""
    made = init_kit(home, passphrase(passphrase_file, new=True), enrolment)
    name = made.settings.kit
    made.close()
    click.echo(f"{name} is ready in {home}. Settings: {home / 'kit.toml'}; next: waypost courier run.")
