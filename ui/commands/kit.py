"""`waypost kit`: a technician makes a kit, sets it for its post, and tries its devices.

Tuning puts recorded travellers to today's person lists, without a trace in the journal of who they were.
"""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from appliance.counter.check_set import thresholds_of
from appliance.matching.tuning import assess_thresholds, replay_crossings, tune_thresholds, tuning_in_words
from appliance.matching.weights import Thresholds
from data.kit.home import KitHome
from data.kit.settings import SETTINGS_FILE
from provisioning.enrol import init_kit
from ui.commands.kit_bench import ChipBenchOptions, bench_readers
from ui.commands.logs import logs_command
from ui.options import emit, json_option, kit_home_option, passphrase_option, read_passphrase
from ui.wiring import lists_of


@click.group()
def kit() -> None:
    """Make a kit, set it for its post, try its devices."""


kit.add_command(logs_command)


@kit.command("init")
@kit_home_option
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
    kit_home = init_kit(home, read_passphrase(passphrase_file, new=True), enrolment)
    name = kit_home.settings.kit
    kit_home.close()
    click.echo(f"{name} is ready in {home}. Settings: {home / 'kit.toml'}; next: waypost courier run.")


@kit.command("tune")
@kit_home_option
@passphrase_option
@click.option(
    "--rate", default=1.0, show_default=True, type=click.FloatRange(0.01, 20), help="Name alerts per 100 travellers."
)
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 366), help="How far to look back.")
@click.option("--write", is_flag=True, help="Put the thresholds into kit.toml; without it they are only shown.")
@json_option
def tune_command(home: Path, passphrase_file: Path | None, rate: float, days: int, write: bool, as_json: bool) -> None:
    """Find thresholds for names that give no more alerts than the post can bear.

    Replays recorded crossings on today's lists: how often would an officer have been shown a name?
    """
    with closing(KitHome.open(home, read_passphrase(passphrase_file), "technician")) as kit:
        lists = lists_of(kit)
        lists.refresh_access()
        since = lists.clock().now() - timedelta(days=days)
        now = replay_crossings(kit.journal, since, lists.of_kind("persons"))
        tuned = tune_thresholds(now.crossings, now.days, rate / 100)
        current = assess_thresholds(now.crossings, now.days, thresholds_of(kit.settings))
        if write and tuned.measured:
            _write_thresholds(kit, tuned.thresholds)
    if as_json:
        emit({"now": current, "tuned": tuned, "written": write and tuned.measured})
        return
    click.echo(
        f"Now (strong {current.thresholds.strong}, possible {current.thresholds.possible}): {tuning_in_words(current)}"
    )
    if not tuned.measured:
        click.echo(f"Too few crossings to measure {rate:g} alerts per 100 travellers; nothing was changed.")
        return
    click.echo(
        f"Tuned (strong {tuned.thresholds.strong}, possible {tuned.thresholds.possible}): {tuning_in_words(tuned)}"
    )
    click.echo(
        "Written to kit.toml; it counts from the next start of the desk." if write else "Add --write to keep it."
    )


def _write_thresholds(kit: KitHome, thresholds: Thresholds) -> None:
    """Put them into kit.toml; they count from the next start."""
    chosen = {"name_strong": thresholds.strong, "name_possible": thresholds.possible}
    kit.settings.model_copy(update=chosen).save(kit.path / SETTINGS_FILE)


@kit.command("bench")
@kit_home_option
@click.option("--reader", "url", default="", help="URL of the reader to try; else the one of kit.toml.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what the reader does to this new file; replay:// plays it again.",
)
@click.option("--seconds", type=click.FloatRange(min=0), default=None, help="End by itself after so many seconds.")
@click.option("--chip", default="", help="URL of the chip reader to try; `kit` is kit.toml's.")
@click.option("--mrz", default="", help="With a chip reader: the zone that opens the chip, as two or three lines.")
@click.option("--can", default="", help="With a chip reader: the card access number that opens the chip.")
@click.option("--reveal", is_flag=True, help="Show and record what documents say; else letters are X and digits 0.")
def bench(
    home: Path, url: str, record: Path | None, seconds: float | None, chip: str, mrz: str, can: str, reveal: bool
) -> int:
    """Find the kit's readers, try one, show what comes over its line and what to do about faults."""
    chip_options = ChipBenchOptions(chip, mrz, can)
    return bench_readers(home, url, record, seconds, "text" if reveal else "shape", chip_options)
