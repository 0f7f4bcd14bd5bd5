"""What `waypost check` does once its options are known: opens the counter, screens, and prints the answers.

What waits at a device is imported when a device is named: most calls do without.
"""

import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from appliance.counter.check_request import CheckRequest, request_id
from appliance.counter.counter import Counter
from appliance.counter.subject import RequestFault, ScreeningRequest, Subject, check_access_number, find_request_fault
from appliance.standing_conditions import describe_condition, record_conditions
from data.clock import read_system_time
from data.documents.barcodes import LARGEST_BYTES, Barcode, BarcodeKind, Symbology
from data.documents.mrz import parse_mrz
from data.documents.reader_frames import decode_zone_text
from data.documents.travel_document import Capture
from data.errors import InputError
from data.kit.home import KitHome
from data.log.error_log import suppress_logged
from data.people.staff import Actor
from data.screenings import Direction, Verdict
from data.store_key import StoreKey
from data.text import _
from ui import identity
from ui.options import KIT, emit
from ui.text.kit_status import kit_status_warning
from ui.text.sanitize import safe
from ui.text.text_output import plain_lines, result_json, warn_of_clock
from ui.text.translation import say
from ui.wiring import ChipReaderChoice, counter_of

if TYPE_CHECKING:
    from appliance.chips.read_job import ChipReadStep

_GUIDANCE = 200
"""Characters of what a device says."""
_FAULT_SENTENCES = {
    RequestFault.NAMES_NOBODY: (
        _("The options name neither a document nor a person"),
        _("Give --mrz, --number or --name, and not an empty one"),
    ),
    RequestFault.NO_NAME: (
        _("--born, --sex and --nationality belong to a typed name"),
        _("Give --name too, or leave them out"),
    ),
    RequestFault.NO_NUMBER: (
        _("--country, --type, --check-digit and --number-again belong to a typed number"),
        _("Give --number too, or leave them out"),
    ),
}
EXIT_CODES = {Verdict.CLEAR: 0, Verdict.CHECK: 10, Verdict.REFER: 20, Verdict.CANNOT_SAY: 30}


@dataclass(frozen=True, slots=True)
class CheckDevices:
    """The devices that one `check` waits at; empty: none."""

    reader: str
    chip: str
    can: str
    wait_s: float

    @property
    def are_used(self) -> bool:
        """Whether a document or a chip is waited for."""
        return bool(self.reader or self.chip)

    @property
    def chip_reader(self) -> ChipReaderChoice:
        """The reader that was named; without one, no chip is read."""
        return ChipReaderChoice(None if self.chip == KIT else self.chip, self.wait_s)

    def verify(self, counter: Counter) -> None:
        """InputError where a chip is to be read and kit.toml names no reader, or --can is no access number."""
        if self.can:
            check_access_number(self.can)
        if self.chip and counter.chips is None:
            raise InputError(
                _("kit.toml names no chip reader"), do=_("Name it with --chip URL; `waypost kit bench` finds it")
            )

    def read_presented(self, counter: Counter, request: CheckRequest) -> Subject | None:
        """What is presented at a device; None where the options say everything."""
        if self.reader:
            return counter.wait_for_document(self.reader, self.wait_s, _print_guidance)
        if self.chip and request.mrz is None:
            return counter.read_chip(self.can, _chip_guidance())
        return None


@dataclass(frozen=True, slots=True)
class CheckCaller:
    """Who asks: the person who signed in, or a program."""

    credential_file: Path | None
    """Of a program."""
    officer: str
    """Service number of the officer in whose name the program asks; empty: in its own."""

    def identify(self, kit: KitHome) -> "CheckPlace":
        """Who that is, and where; Denied where nobody is signed in, or the program may not ask."""
        if self.credential_file is None:
            session = identity.read_session(kit)
            return CheckPlace(session.actor, session.place.lane, session.place.direction)
        program = identity.read_program(kit, self.credential_file)
        return CheckPlace(identity.act_for(kit, program, self.officer) if self.officer else program)


@dataclass(frozen=True, slots=True)
class CheckPlace:
    """Who asks, and where they work."""

    officer: Actor
    lane: str = ""
    """Empty: the one of kit.toml."""
    direction: Direction | None = None

    def place(self, request: ScreeningRequest) -> ScreeningRequest:
        """The request at this place; what it says of its direction itself counts first."""
        return replace(request, lane=self.lane, direction=request.direction or self.direction)


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What one `check` was asked."""

    values: dict[str, str | None]
    """Of the options that describe one traveller, by name."""
    code_files: tuple[BinaryIO, ...]
    batch: BinaryIO | None
    caller: CheckCaller
    devices: CheckDevices
    as_json: bool


def answer(home: Path, key: StoreKey, options: CheckOptions) -> int:
    """Screen whom the options name, print the answers, and return the exit code.

    Raises:
        WaypostError: nobody was screened, or not everybody was.
    """
    devices, kit = options.devices, KitHome.open_unlocked(home, key, "check")
    with closing(counter_of(kit, devices.chip_reader)) as counter:
        place = options.caller.identify(kit)
        counter.refresh_access()
        warn_of_clock(counter.clock)
        devices.verify(counter)
        if options.batch:
            return _screen_many(counter, options.batch, place)
        request = _request(options.values, options.code_files, devices)
        return _screen_one(counter, request, devices, place, as_json=options.as_json)


def _request(values: dict[str, str | None], files: tuple[BinaryIO, ...], devices: CheckDevices) -> CheckRequest:
    """The options as a request, still without the document where a device reads it."""
    fields: dict[str, str | tuple[str, ...]] = {name: value for name, value in values.items() if value is not None}
    if files:
        fields["codes"] = tuple(map(_code_hex, files))
    if "mrz" in fields:
        fields["mrz"] = _zone(str(fields["mrz"]))
    _must_name_somebody(values, is_presented="mrz" in fields or devices.are_used)
    return CheckRequest.with_device(**fields) if devices.are_used else CheckRequest.from_options(**fields)


def _zone(given: str) -> str:
    """The zone that `--mrz` gives. What is no zone is screened all the same, and a line says what arrived."""
    zone = decode_zone_text(sys.stdin.buffer.read()) if given == "-" else given
    try:
        parse_mrz(zone, capture=Capture.MACHINE, today=read_system_time().date())
    except InputError as no_zone:
        from devices.documents.keyboard_layout import explain_swapped_characters  # with the tables of all layouts

        warning = explain_swapped_characters(zone) or no_zone.message
        if given == "-" and not zone.strip():
            warning = _("Nothing arrived on standard input. Give the zone: `--mrz - < FILE`.")
        elif _is_file(given):
            warning = _(
                "--mrz was given the name of a file, and takes it for a zone. To read the file: `--mrz - < {file}`.",
                file=safe(given),
            )
        say(_("waypost: {warning}", warning=warning), to_stderr=True)
    return zone


def _is_file(given: str) -> bool:
    with suppress_logged(OSError):  # a name that is too long, or in a folder that this user may not read
        return Path(given).is_file()
    return False


def _must_name_somebody(values: dict[str, str | None], *, is_presented: bool) -> None:
    """InputError where the options name neither a document nor a person, or a detail of one that is not named."""
    text = {name: value or "" for name, value in values.items()}
    document_details = [text[name] for name in ("country", "type", "check_digit", "number_again")]
    fault = find_request_fault(
        text["number"].strip(),
        text["name"].strip(),
        of_document=document_details if values["number"] is None else (),
        of_person=(text["born"], text["sex"], text["nationality"]),
        is_presented=is_presented,
    )
    if fault:
        what, do = _FAULT_SENTENCES[fault]
        raise InputError(what, means=_("Nobody was screened."), do=do)


def _code_hex(file: BinaryIO) -> str:
    content = file.read(LARGEST_BYTES + 1)
    if not 0 < len(content) <= LARGEST_BYTES:
        raise InputError(
            _("A file given with --code is empty, or longer than {most} bytes", most=LARGEST_BYTES),
            do=_("Give the bytes of one code in each file"),
        )
    if Barcode(Symbology.UNKNOWN, content).kind is BarcodeKind.OTHER:
        raise InputError(
            _("The code in {file} is of no known kind", file=safe(file.name)),
            means=_("It cannot be judged, and nobody was screened."),
            do=_("Give the bytes of a digital seal or of a boarding pass, or leave --code out"),
        )
    return content.hex()


def _screen_one(
    counter: Counter, check_request: CheckRequest, devices: CheckDevices, place: CheckPlace, *, as_json: bool
) -> int:
    presented = devices.read_presented(counter, check_request)
    request = check_request.screening_request(place.officer, counter.today(), presented, devices.can)
    result = counter.screen(place.place(request), on_chip_step=_chip_guidance())
    reading = counter.chip_reading(result)
    if as_json:
        emit(result_json(result, counter.standing_state(), reading))
    else:
        access = counter.refresh_access()
        held_back = [state.held_back for state in counter.screened_states() if state.held_back]
        standing = (*record_conditions(access), *held_back, *counter.storage_conditions())
        warnings = [kit_status_warning(access), *map(describe_condition, standing)]
        for line in plain_lines(result, reading, warnings):
            click.echo(line)
    return EXIT_CODES[result.verdict]


def _print_guidance(text: str) -> None:
    click.echo(safe(text, _GUIDANCE), err=True)


def _chip_guidance() -> Callable[["ChipReadStep"], None]:
    """Prints each stage once; a line that stays on the terminal shows no percentage."""
    announced: set[str] = set()

    def tell(step: "ChipReadStep") -> None:
        if step.stage not in announced and not step.percent and step.says:
            announced.add(step.stage)
            _print_guidance(step.says)

    return tell


def _screen_many(counter: Counter, lines: BinaryIO, place: CheckPlace) -> int:
    """Answer every line with a line, in order."""
    counter.prepare()
    verdicts = []
    for verdict, reply in _replies(counter, lines, place):
        emit(reply, on_one_line=True)
        verdicts.append(verdict)
    if not verdicts:
        raise InputError(
            _("The batch is empty"), means=_("Nobody was screened."), do=_("Give one JSON object on each line")
        )
    return EXIT_CODES[max(verdicts, key=lambda verdict: verdict.seriousness)]


def _replies(counter: Counter, lines: BinaryIO, place: CheckPlace) -> Iterator[tuple[Verdict, dict[str, Any]]]:
    for number, content in enumerate(lines, 1):
        if not content.strip():
            continue
        line = content.removeprefix(BOM_UTF8)
        try:
            check_request = CheckRequest.from_json(line)
            request = place.place(check_request.screening_request(place.officer, counter.today()))
        except InputError as error:
            yield (
                Verdict.CANNOT_SAY,
                {
                    "id": request_id(line),
                    "line": number,
                    "verdict": Verdict.CANNOT_SAY.value,
                    "error": str(error),
                },
            )
        else:
            result = counter.screen(request)
            facts = result_json(result, counter.standing_state())
            yield result.verdict, {"id": check_request.id, "line": number, **facts}
