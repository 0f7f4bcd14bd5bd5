"""`waypost check`: the Desk's headless counterpart.

What waits at a device is imported when one is named: most calls type their traveller.
"""

import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import click

from appliance.counter.check_request import CheckRequest, request_id
from appliance.counter.counter import Counter
from appliance.counter.subject import Subject, check_access_number
from data.documents.barcodes import LARGEST_BYTES
from data.errors import InputError
from data.screenings import Direction, Verdict
from ui.options import KIT, emit, json_option, kit_home_option, passphrase_option, read_passphrase
from ui.text.kit_status import kit_status_warning
from ui.text.sanitize import safe
from ui.text.text_output import plain_lines, refusal_json, result_json, warn_of_clock
from ui.wiring import ChipReaderChoice, open_counter

if TYPE_CHECKING:
    from appliance.chips.read_job import ChipReadStep

SENTENCE = 200

EXIT_CODES = {Verdict.CLEAR: 0, Verdict.CHECK: 10, Verdict.REFER: 20, Verdict.CANNOT_SAY: 30}


@click.command()
@kit_home_option
@passphrase_option
@click.option("--mrz", help="The machine-readable zone, lines separated by line feeds; `-` reads standard input.")
@click.option("--number", help="A typed document number; with --country and --type.")
@click.option("--country", help="Issuing state of --number, as printed.")
@click.option("--type", help="Document code of --number: P, I, V …  [default: P]")
@click.option("--name", help="A typed name: `SURNAME, GIVEN`.")
@click.option("--born", help="With --name: 1965-03-17, 1965-03 or 1965.")
@click.option("--sex", type=click.Choice(["M", "F", "X"]), help="With --name.")
@click.option("--nationality", help="With --name: code of the state, as printed.")
@click.option("--code", type=click.File("rb"), multiple=True, help="Bytes of a bar code read along; `-` is stdin.")
@click.option("--reader", help="Wait for a document on this reader; a pcsc:// one reads its chip, as --chip does.")
@click.option("--chip", help="Read the document's chip on this reader: pcsc://Its%20Name; `kit` is kit.toml's.")
@click.option("--can", help="Card access number that opens the chip, in place of the zone.")
@click.option("--wait", type=click.FloatRange(1, 60), default=20.0, show_default=True, help="Seconds for laying it.")
@click.option(
    "--direction", type=click.Choice([direction.value for direction in Direction]), help="Default: the kit's own."
)
@click.option("--party", help="Ties a family or a bus together.")
@click.option("--batch", type=click.File("rb"), help="JSON Lines in UTF-8, in and out; `-` is stdin.")
@click.option("--officer", default=getpass.getuser, show_default="login name", help="Who asks; kept in the journal.")
@json_option
@click.option("--plain", "as_plain", is_flag=True, help="Numbered lines, also for screen readers (the default).")
def check(
    home: Path,
    passphrase_file: Path | None,
    batch: BinaryIO | None,
    officer: str,
    code: tuple[BinaryIO, ...],
    as_json: bool,
    as_plain: bool,
    reader: str | None,
    chip: str | None,
    can: str | None,
    wait: float,
    **values: str | None,
) -> int:
    """Screen one traveller, or many.

    With --chip the chip is read as well, opened by the zone of --mrz or --reader, or by --can.

    Exit code: 0 clear, 10 check, 20 refer, 30 could not say, 2 wrong usage. With --batch (fields of a line are
    named like the options; `id` comes back) that of the most serious answer.
    """
    devices = _Devices.from_options(reader, chip, can, wait)
    asks_one = any(values[name] is not None for name in ("mrz", "number", "name")) or devices.are_used
    if (batch is not None) == asks_one:
        raise click.UsageError("Give --mrz, --number or --name, or --reader or --chip; or --batch alone.")
    if devices.reader and values["mrz"] is not None:
        raise click.UsageError("Choose one of --mrz and --reader.")
    if can and not devices.chip:
        raise click.UsageError("--can opens a chip: give --chip.")
    if devices.chip and not (can or devices.reader or values["mrz"]):
        raise click.UsageError("A chip is opened by its zone or its number: give --mrz, --reader or --can.")
    if code and batch is not None:
        raise click.UsageError("Give the codes of a batch in its lines, as `codes` in hexadecimal.")
    if values["mrz"] == "-" and any(file is sys.stdin.buffer for file in code):
        raise click.UsageError("Standard input holds one thing: the zone or the code.")
    if as_json and as_plain:
        raise click.UsageError("Choose one of --json and --plain.")
    with closing(open_counter(home, read_passphrase(passphrase_file), "check", devices.chip_reader)) as counter:
        warn_of_clock(counter.clock)
        devices.verify(counter)
        if batch:
            return _screen_many(counter, batch, officer)
        return _screen_one(counter, _request(values, code, devices), devices, officer, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Devices:
    """The devices that one `check` waits at."""

    reader: str
    chip: str
    can: str
    wait_s: float

    @classmethod
    def from_options(cls, reader: str | None, chip: str | None, can: str | None, wait_s: float) -> Self:
        """A chip reader may be named by either option."""
        reader = reader or ""
        if reader and not chip:
            from appliance.counter.reader_loop import is_chip_reader

            if is_chip_reader(reader):
                reader, chip = "", reader
        return cls(reader, chip or "", can or "", wait_s)

    @property
    def are_used(self) -> bool:
        """Whether anything is waited for."""
        return bool(self.reader or self.chip)

    @property
    def chip_reader(self) -> ChipReaderChoice:
        """Chips are read on the reader that was named, or not at all."""
        return ChipReaderChoice(None if self.chip == KIT else self.chip, self.wait_s)

    def verify(self, counter: Counter) -> None:
        """InputError where kit.toml names no reader for a chip that is to be read, or nothing could open it."""
        if self.can:
            check_access_number(self.can)
        if self.chip and counter.chips is None:
            raise InputError(
                "kit.toml names no chip reader", do="Name it with --chip URL; `waypost kit bench` finds it"
            )

    def read_presented(self, counter: Counter, request: CheckRequest) -> Subject | None:
        """What is presented at a device; None where everything was given by options."""
        if self.reader:
            return counter.wait_for_document(self.reader, self.wait_s, _print_guidance)
        if self.chip and request.mrz is None:
            return counter.read_chip(self.can, _chip_guidance())
        return None


def _request(values: dict[str, str | None], files: tuple[BinaryIO, ...], devices: _Devices) -> CheckRequest:
    """The options as a request; of the document itself there is nothing yet where a device gives it."""
    fields: dict[str, str | tuple[str, ...]] = {name: value for name, value in values.items() if value is not None}
    if files:
        fields["codes"] = tuple(map(_code_hex, files))
    if fields.get("mrz") == "-":
        fields["mrz"] = sys.stdin.buffer.read().decode("utf-8-sig", "replace")
    return CheckRequest.with_device(**fields) if devices.are_used else CheckRequest.from_options(**fields)


def _code_hex(file: BinaryIO) -> str:
    content = file.read(LARGEST_BYTES + 1)
    if not 0 < len(content) <= LARGEST_BYTES:
        raise InputError(
            f"A code's file holds nothing, or more than {LARGEST_BYTES} bytes", do="Give the bytes of one code"
        )
    return content.hex()


def _screen_one(
    counter: Counter, check_request: CheckRequest, devices: _Devices, officer: str, *, as_json: bool
) -> int:
    presented = devices.read_presented(counter, check_request)
    request = check_request.screening_request(officer, counter.today(), presented, devices.can)
    result = counter.screen(request, on_chip_step=_chip_guidance())
    reading = counter.chip_reading(result)
    if as_json:
        emit(result_json(result, counter.screened_states(), counter.refresh_access(), reading))
    else:
        click.echo("\n".join(plain_lines(result, reading, kit_status_warning(counter.refresh_access()))))
    return EXIT_CODES[result.verdict]


def _print_guidance(text: str) -> None:
    click.echo(safe(text, SENTENCE), err=True)


def _chip_guidance() -> Callable[["ChipReadStep"], None]:
    """Each stage is printed once; a percentage has no place on a line that stays."""
    announced: set[str] = set()

    def tell(step: "ChipReadStep") -> None:
        if step.stage not in announced and not step.percent and step.says:
            announced.add(step.stage)
            _print_guidance(step.says)

    return tell


def _screen_many(counter: Counter, lines: BinaryIO, officer: str) -> int:
    """Answer each line with a line, in order; nothing is left out."""
    verdicts = []
    for verdict, reply in _replies(counter, lines, officer):
        click.echo(json.dumps(reply, ensure_ascii=False))
        verdicts.append(verdict)
    if not verdicts:
        raise InputError("The batch holds no line", means="Nobody was screened.", do="Give one JSON object a line")
    return EXIT_CODES[max(verdicts, key=lambda verdict: verdict.seriousness)]


def _replies(counter: Counter, lines: BinaryIO, officer: str) -> Iterator[tuple[Verdict, dict[str, Any]]]:
    for place, content in enumerate(lines, 1):
        if not content.strip():
            continue
        # A byte that is no UTF-8 becomes the mark of a lost character, which no field may hold.
        line = content.decode("utf-8-sig", "replace")
        try:
            check_request = CheckRequest.from_json(line)
            request = check_request.screening_request(officer, counter.today())
        except InputError as error:
            yield Verdict.CANNOT_SAY, refusal_json(_id_or_place(request_id(line), place), str(error))
        else:
            result = counter.screen(request)
            yield (
                result.verdict,
                {
                    "id": _id_or_place(check_request.id, place),
                    **result_json(result, counter.screened_states(), counter.refresh_access()),
                },
            )


def _id_or_place(own: str | int | None, place: int) -> str | int:
    return place if own is None else own
