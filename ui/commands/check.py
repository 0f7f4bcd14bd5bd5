"""`waypost check`: screens travellers without a screen, as the Desk does with one.

This module holds its options. What screens (`ui.commands.check_answers`) is loaded while the key of the kit's files is
derived from the passphrase: each of the two takes a third of the start.
"""

import sys
from pathlib import Path
from typing import BinaryIO

import click

from data.screenings import Direction
from data.text import _
from ui.options import (
    credential_option,
    json_option,
    kit_home_option,
    passphrase_option,
    read_passphrase,
    unlocking_kit,
)
from ui.text.help import command, option


@command(
    help=_(
        "Screen one traveller, or many.\n\n"
        "Give the document's machine-readable zone (--mrz), a typed number (--number), a typed name (--name), or a "
        "device to wait at (--reader, --chip). A chip is opened with the zone or with --can.\n\n"
        "A number alone is CANNOT SAY where the kit carries lists of persons: give the name too. A number that was "
        "typed once is never CLEAR: confirm it with --check-digit or --number-again. A program that scanned the "
        "document gives the zone.\n\n"
        "Exit code: 0 clear, 10 check, 20 refer, 30 cannot say, 2 wrong usage.\n\n"
        "Whoever asks has signed in (`waypost people sign-in`), or is a program with a --credential-file.\n\n"
        "With --batch, each line of the file is a JSON object and is answered with a line. Its keys are the names of "
        "the options; `id` comes back with the answer. The exit code is that of the most serious answer."
    ),
    examples=[
        "waypost check --home /var/lib/waypost --mrz - < zone.txt",
        "waypost check --home /var/lib/waypost --number AB1234567 --check-digit 1 \\\n"
        '  --country NOR --name "SAMPLE, ANNA"',
        'waypost check --home /var/lib/waypost --name "SAMPLE, ANNA" --born 1965-03-17',
        "waypost check --home /var/lib/waypost --batch travellers.jsonl",
    ],
)
@kit_home_option
@passphrase_option
@option("--mrz", help=_("The machine-readable zone, a line feed after each line. `-` reads standard input."))
@option("--number", help=_("A typed document number; needs --country."))
@option("--country", help=_("Issuing state of --number, as in the zone: NOR, D."))
@option("--type", help=_("Document code of --number: P, I, V … If not given, every type is searched."))
@option("--check-digit", help=_("With --number: the digit that stands behind the number in the zone."))
@option("--number-again", help=_("With --number: the number, typed a second time from the document."))
@option("--name", help=_("A typed name: `SURNAME, GIVEN`."))
@option("--born", help=_("With --name: 1965-03-17, 1965-03 or 1965."))
@option("--sex", type=click.Choice(["M", "F", "X"]), help=_("With --name: the sex."))
@option("--nationality", help=_("With --name: code of the state, as in the zone."))
@option(
    "--code",
    type=click.File("rb"),
    multiple=True,
    help=_("File with the bytes of a bar code that came with the document (repeatable). `-` reads standard input."),
)
@option("--reader", help=_("Wait for a document at this reader. A pcsc:// reader reads its chip, as --chip does."))
@option(
    "--chip", help=_("Read the document's chip at this reader: pcsc://Its%20Name. `kit` means the one in kit.toml.")
)
@option("--can", help=_("Card access number, used to open the chip instead of the zone."))
@option(
    "--wait",
    type=click.FloatRange(1, 60),
    default=20.0,
    show_default=True,
    help=_("How many seconds to wait for a document at the device."),
)
@option(
    "--direction",
    type=click.Choice([direction.value for direction in Direction]),
    help=_("The traveller's direction of travel. If not given: as at sign-in, or as in kit.toml."),
)
@option("--party", help=_("A name that groups a family, or the passengers of a bus."))
@option(
    "--batch", type=click.File("rb"), help=_("Screen every line of this JSON Lines file. `-` reads standard input.")
)
@credential_option
@option(
    "--officer",
    help=_("With --credential-file: service number of the officer in whose name the program asks."),
)
@json_option
@option("--plain", "as_plain", is_flag=True, help=_("Print numbered lines, also for screen readers (the default)."))
def check(
    home: Path,
    passphrase_file: Path | None,
    batch: BinaryIO | None,
    credential_file: Path | None,
    officer: str | None,
    code: tuple[BinaryIO, ...],
    as_json: bool,
    as_plain: bool,
    reader: str | None,
    chip: str | None,
    can: str | None,
    wait: float,
    **values: str | None,
) -> int:
    if reader and not chip:
        from appliance.counter.reader_loop import is_chip_reader

        if is_chip_reader(reader):
            reader, chip = None, reader
    asks_one = any(values[name] is not None for name in ("mrz", "number", "name")) or bool(reader or chip)
    if (batch is not None) == asks_one:
        raise click.UsageError(_("Give --mrz, --number, --name, --reader or --chip; or --batch alone."))
    if (values["number"] or "").strip() and not values["country"]:
        raise click.UsageError(_("--country is missing: the same number may exist in every state."))
    if reader and values["mrz"] is not None:
        raise click.UsageError(_("Give --mrz or --reader, not both."))
    if can and not chip:
        raise click.UsageError(_("--can opens a chip: give --chip too."))
    if chip and not (can or reader or values["mrz"]):
        raise click.UsageError(
            _("A chip is opened with the zone or the card access number: give --mrz, --reader or --can.")
        )
    if code:
        _must_be_usable_codes(code, batch, values["mrz"])
    if officer and not credential_file:
        raise click.UsageError(_("--officer is for programs: it needs --credential-file. People sign in."))
    if as_json and as_plain:
        raise click.UsageError(_("Give --json or --plain, not both."))
    with unlocking_kit(home, read_passphrase(passphrase_file)) as wait_for_key:
        from ui.commands.check_answers import CheckCaller, CheckDevices, CheckOptions, answer

    devices = CheckDevices(reader or "", chip or "", can or "", wait)
    return answer(
        home,
        wait_for_key(),
        CheckOptions(values, code, batch, CheckCaller(credential_file, officer or ""), devices, as_json),
    )


def _must_be_usable_codes(files: tuple[BinaryIO, ...], batch: BinaryIO | None, zone: str | None) -> None:
    from data.documents.barcodes import MOST_CODES

    if batch is not None:
        raise click.UsageError(
            _("--code cannot be used with --batch: put the codes into its lines, as `codes` in hexadecimal.")
        )
    if len(files) > MOST_CODES:
        raise click.UsageError(_("--code can be given {most} times at most.", most=MOST_CODES))
    if zone == "-" and any(file is sys.stdin.buffer for file in files):
        raise click.UsageError(_("Standard input can hold the zone or a code, not both."))
