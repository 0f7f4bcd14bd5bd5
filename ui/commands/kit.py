"""`waypost kit`: a technician sets up a kit, tunes it for its post and tests its devices.

Tuning screens recorded travellers with today's person lists and leaves no trace of them in the journal.
"""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from appliance.counter.check_set import thresholds_of
from appliance.matching.tuning import assess_thresholds, replay_crossings, tune_thresholds, tuning_in_words
from appliance.matching.weights import WEIGHTS_ID, Thresholds
from appliance.people.permissions import GuardedAction
from data.homes import HomeKind
from data.kit.home import KitHome
from data.kit.settings import SETTINGS_FILE, Profile
from data.people.staff import Actor
from data.text import _
from data.witness.alarms import open_watched
from provisioning.enrol import init_kit
from provisioning.restore import restore_kit
from sync.kit.reports.uplink import NO_ADDRESS
from sync.link import is_url
from ui.commands.kit_bench.readers import ChipBenchOptions, bench_readers
from ui.commands.logs import make_logs_command
from ui.commands.passphrase import make_passphrase_command
from ui.identity import prove_actor, require_actor
from ui.options import emit, json_option, kit_home_option, passphrase_option, read_passphrase, warn_of_open_file
from ui.text.help import group, option
from ui.text.translation import say
from ui.wiring import lists_of


@group(help=_("Set up a kit, tune it for its post, test its devices."))
def kit() -> None:
    pass


kit.add_command(make_logs_command(HomeKind.KIT, kit_home_option, "waypost kit logs --home /var/lib/waypost --since 2d"))
kit.add_command(
    make_passphrase_command(HomeKind.KIT, kit_home_option, "waypost kit passphrase --home /var/lib/waypost")
)


@kit.command(
    "init",
    help=_(
        "Make a kit from the secret file that headquarters wrote.\n\n"
        "The passphrase that you choose here opens the kit from now on. Destroy the secret file afterwards."
    ),
    examples=["waypost kit init --home /var/lib/waypost --enrol north-1.secret"],
)
@kit_home_option
@passphrase_option
@option(
    "--enrol",
    "enrolment",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("The secret file that `waypost hq enrol` wrote."),
)
@option(
    "--profile",
    type=click.Choice(["production", "development"]),
    default="production",
    show_default=True,
    help=_("development: a kit for trials, which takes simulated devices and specimens. Not for a post."),
)
def init(home: Path, passphrase_file: Path | None, enrolment: Path, profile: Profile) -> None:
    warn_of_open_file(enrolment)
    kit_home = init_kit(home, read_passphrase(passphrase_file, new=True), enrolment, profile)
    name = kit_home.settings.kit
    has_uplink = bool(kit_home.settings.uplink) or is_url(kit_home.settings.source)
    kit_home.close()
    say(
        _(
            "The kit {kit} is ready in {folder}. Its settings are in {settings}. Next: `waypost courier run`.",
            kit=name,
            folder=home,
            settings=home / SETTINGS_FILE,
        )
    )
    if profile == "development":
        say(_("It is a development kit: it takes simulated devices and specimens. Do not use it at a post."))
    if not has_uplink:
        say(NO_ADDRESS.message)


@kit.command(
    "restore",
    help=_(
        "Put a kit back from a copy of its home, in an empty folder.\n\n"
        "Single files that are put back in any other way are reported as changed. A whole home that was copied back in "
        "another way is not noticed before its reports reach headquarters. This command asks a technician of the "
        "post for their PIN, records who restored the kit and why, and headquarters gets its reports again."
    ),
    examples=[
        'waypost kit restore --home /var/lib/waypost --copy /mnt/backup/waypost \\\n  --reason "the disk failed"'
    ],
)
@kit_home_option
@passphrase_option
@option(
    "--copy",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("The copy of the kit's home."),
)
@option("--reason", required=True, help=_("Why, in a few words; recorded in the journal."))
def restore(home: Path, passphrase_file: Path | None, copy: Path, reason: str) -> None:
    def identify(kit_home: KitHome) -> Actor:
        return prove_actor(kit_home, GuardedAction.SET_UP)

    with closing(restore_kit(home, read_passphrase(passphrase_file), copy, identify=identify, why=reason)) as kit_home:
        name = kit_home.settings.kit
    say(
        _(
            "The kit {kit} is restored in {folder}. What happened since the copy was made is not in it. The machine or "
            "folder that it was copied from must not work any more: if both do, headquarters reports a CONFLICT. "
            "Next: `waypost courier run`.",
            kit=name,
            folder=home,
        )
    )


@kit.command(
    "tune",
    help=_(
        "Find thresholds for names that give no more alerts than the post can handle.\n\n"
        "This screens recorded crossings again with today's lists and counts how often an officer would have been "
        "shown a name. Nothing about the travellers is recorded."
    ),
    examples=["waypost kit tune --home /var/lib/waypost --rate 0.5 --days 60"],
)
@kit_home_option
@passphrase_option
@option(
    "--rate",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 20),
    help=_("Name alerts per 100 travellers."),
)
@option("--days", default=30, show_default=True, type=click.IntRange(1, 366), help=_("How many days to look back."))
@option(
    "--write",
    is_flag=True,
    help=_(
        "Write the thresholds to kit.toml, as the technician who signed in. Without this option they are only shown."
    ),
)
@json_option
def tune_command(home: Path, passphrase_file: Path | None, rate: float, days: int, write: bool, as_json: bool) -> None:
    with closing(open_watched(home, read_passphrase(passphrase_file), "technician")) as kit:
        if write:
            require_actor(kit, GuardedAction.SET_UP)
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
    if kit.settings.name_weights not in ("", WEIGHTS_ID):
        say(_("The thresholds in kit.toml were found for another version's weights, so they are not used."))
    say(
        _(
            "Current thresholds (strong {strong}, possible {possible}): {result}",
            strong=current.thresholds.strong,
            possible=current.thresholds.possible,
            result=tuning_in_words(current),
        )
    )
    if not tuned.measured:
        say(
            _(
                "There are too few crossings to measure a rate of {rate:g} per 100 travellers. Nothing was changed.",
                rate=rate,
            )
        )
        return
    say(
        _(
            "Tuned thresholds (strong {strong}, possible {possible}): {result}",
            strong=tuned.thresholds.strong,
            possible=tuned.thresholds.possible,
            result=tuning_in_words(tuned),
        )
    )
    if write:
        say(_("Written to kit.toml. The desk uses it from its next start."))
    else:
        say(_("Not written. Add --write to save it."))


def _write_thresholds(kit: KitHome, thresholds: Thresholds) -> None:
    """Write them to kit.toml; they apply from the next start."""
    chosen = {
        "name_strong": thresholds.strong,
        "name_possible": thresholds.possible,
        "name_weights": WEIGHTS_ID,
    }
    kit.settings.model_copy(update=chosen).save(kit.path / SETTINGS_FILE)


@kit.command(
    "bench",
    help=_(
        "Find the kit's readers and test one: what arrives from it, and what to do about faults.\n\n"
        "Letters are shown as X and digits as 0, so nobody's data stays behind; --reveal shows them as they are."
    ),
    examples=[
        "waypost kit bench --home /var/lib/waypost",
        "waypost kit bench --home /var/lib/waypost --reader serial:///dev/ttyACM0",
        "waypost kit bench --home /var/lib/waypost --chip kit --can 123456",
        "waypost kit bench --home /var/lib/waypost --card kit",
    ],
)
@kit_home_option
@option("--reader", "url", default="", help=_("URL of the reader to test. If not given: the one in kit.toml."))
@option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Record what the reader does in this new file. replay:// plays it again."),
)
@option("--seconds", type=click.FloatRange(min=0), default=None, help=_("Stop after this many seconds."))
@option("--chip", default="", help=_("URL of the chip reader to test. `kit` means the one in kit.toml."))
@option("--mrz", default="", help=_("With a chip reader: the zone that opens the chip, two or three lines."))
@option("--can", default="", help=_("With a chip reader: the card access number that opens the chip."))
@option("--card", default="", help=_("URL of the reader of staff cards to test. `kit` means the one in kit.toml."))
@option("--reveal", is_flag=True, help=_("Show and record what documents say."))
def bench(
    home: Path,
    url: str,
    record: Path | None,
    seconds: float | None,
    chip: str,
    mrz: str,
    can: str,
    card: str,
    reveal: bool,
) -> int:
    chip_options = ChipBenchOptions(chip, mrz, can)
    return bench_readers(home, url, record, seconds, "text" if reveal else "shape", chip_options, card)
