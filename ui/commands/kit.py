"""`waypost kit`: a technician makes a kit and tries its devices."""

from pathlib import Path

import click

from provisioning.enrol import init_kit
from ui.commands.bench import bench as try_readers
from ui.options import home_option, passphrase, passphrase_option


@click.group()
def kit() -> None:
    """Make a kit, try its devices."""


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


@kit.command("bench")
@home_option
@click.option("--reader", "url", default="", help="URL of the reader to try; else the one of kit.toml.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what the reader does to this new file; replay:// plays it again.",
)
@click.option("--seconds", type=click.FloatRange(min=0), default=None, help="End by itself after so many seconds.")
@click.option("--reveal", is_flag=True, help="Show and record what documents say; else letters are X and digits 0.")
def bench(home: Path, url: str, record: Path | None, seconds: float | None, reveal: bool) -> int:
    """Find the kit's readers, try one, show what comes over its line and what to do about faults."""
    return try_readers(home, url, record, seconds, "text" if reveal else "shape")
