"""`waypost stick`: carries things between headquarters and kits; the kind of home decides which."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from appliance.matching.index import person_index
from data.errors import InputError, NoHome
from data.kit.home import KitHome
from data.kit.settings import SETTINGS_FILE as SETTINGS
from sync.headquarters import sticks as stick_hq
from sync.headquarters.home import STORE, HeadquartersHome
from sync.headquarters.ingest.segments import IngestResult
from sync.headquarters.sticks import HeadquartersStickIn, HeadquartersStickOut
from sync.kit import sticks as stick_kit
from sync.kit.sticks import KitStickIn, KitStickOut
from sync.kit.watching.watch_state import note_run
from ui.commands.courier import print_problem, print_report
from ui.options import emit, home_option, json_option, passphrase_option, read_passphrase
from ui.text.sanitize import pluralize

_ENTRIES = ("entry", "entries")
_PULL = "The stick may be pulled out now."


class _Version(click.ParamType[tuple[str, int]]):
    """`LIST=VERSION`."""

    name = "list=version"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """A list's name and a version, 0 for none."""
        name, equals, version = str(value).partition("=")
        if not name or not equals or not version.isdecimal():
            self.fail(f"{value!r} is not like sltd=41", param, ctx)
        return name, int(version)


@click.group()
def stick() -> None:
    """Carry lists, reports and acknowledgements on a stick, between headquarters and kits."""


@stick.command("in")
@home_option
@passphrase_option
@json_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def in_command(home: Path, passphrase_file: Path | None, as_json: bool, folder: Path) -> int:
    """Take what the stick at DIR carries for this home.

    A kit takes lists and acknowledgements; headquarters takes reports and leaves acknowledgements on the stick.
    """
    if _is_kit(home):
        with closing(KitHome.open(home, read_passphrase(passphrase_file), "courier")) as kit:
            kit.lists.companions["persons"] = person_index.write_index
            delivery = stick_kit.stick_in(kit, folder)
            if delivery.lists:
                note_run(kit, str(folder), delivery.lists)
        if as_json:
            emit({**_delivery_json(delivery), "ok": delivery.ok})
        else:
            _print_kit_in(delivery)
        return 0 if delivery.ok else 1
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        received = stick_hq.stick_in(headquarters, folder)
    if as_json:
        emit({"segments": list(map(_segment_json, received.segments)), "problems": received.problems})
    else:
        _print_headquarters_in(received)
    return 1 if received.problems else 0


@stick.command("out")
@home_option
@passphrase_option
@click.option("--kit", "kits", multiple=True, help="At headquarters: for this kit (repeatable); default: all.")
@click.option(
    "--have",
    multiple=True,
    type=_Version(),
    help="At headquarters: what the kits have, like sltd=41 (repeatable), instead of what they last said.",
)
@json_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def out_command(
    home: Path,
    passphrase_file: Path | None,
    kits: tuple[str, ...],
    have: tuple[tuple[str, int], ...],
    as_json: bool,
    folder: Path,
) -> None:
    """Put on the stick at DIR what this home has to give.

    A kit puts its reports on it; headquarters puts the least on it that brings the kits up to date.
    """
    if _is_kit(home):
        if kits or have:
            raise InputError("--kit and --have are for headquarters; this is a kit", do="Leave them out")
        with closing(KitHome.open(home, read_passphrase(passphrase_file), "courier")) as kit:
            reports = stick_kit.stick_out(kit, folder)
        (emit if as_json else _print_kit_out)(reports)
        return
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        filled = stick_hq.stick_out(headquarters, folder, kits, dict(have) or None, _Progress().update)
    (emit if as_json else _print_headquarters_out)(filled)


class _Progress:
    """Says each tenth of a long copy."""

    def __init__(self) -> None:
        self._last_tenth = 0

    def update(self, done: int, needed: int) -> None:
        """`done` of `needed` bytes are on the stick."""
        tenth = done * 10 // needed if needed > 16 << 20 else 0
        if tenth > self._last_tenth:
            self._last_tenth = tenth
            click.echo(f"{done / 1e6:.0f} of {needed / 1e6:.0f} MB", err=True)


def _is_kit(home: Path) -> bool:
    if (home / SETTINGS).exists():
        return True
    if (home / STORE).exists():
        return False
    raise NoHome(f"{home} is no kit and no headquarters", do="Check --home")


def _print_kit_in(delivery: KitStickIn) -> None:
    if delivery.lists is not None:
        print_report(delivery.lists)
    elif not delivery.problems:
        click.echo("no lists on this stick")
    for problem in delivery.problems:
        print_problem(problem)
    again = " This journal was put back from a copy; it reports anew." if delivery.sent.new_life else ""
    answers = pluralize(delivery.answers, "acknowledgement")
    waiting = pluralize(delivery.sent.waiting, *_ENTRIES)
    click.echo(f"{answers} taken, {waiting} not acknowledged yet.{again} {_PULL}")


def _print_kit_out(reports: KitStickOut) -> None:
    click.echo(
        f"{pluralize(reports.entries, *_ENTRIES)} in {pluralize(reports.files, 'file')}, {reports.bytes} bytes. {_PULL}"
    )


def _print_headquarters_in(received: HeadquartersStickIn) -> None:
    kits: dict[str, list[IngestResult]] = {}
    for segment in received.segments:
        kits.setdefault(segment.kit, []).append(segment)
    for kit, segments in kits.items():
        stored = sum(segment.stored for segment in segments)
        click.echo(f"{kit}: {pluralize(stored, *_ENTRIES)} new in {pluralize(len(segments), 'file')}")
        for segment in segments:
            for line in _segment_faults(segment):
                click.echo(f"  {segment.batch.stream}: {line}", err=True)
    for problem in received.problems:
        print_problem(problem)
    click.echo(_PULL if kits else f"There are no reports for this headquarters on it. {_PULL}")


def _segment_faults(segment: IngestResult) -> Iterator[str]:
    if segment.missing_from:
        yield f"entry {segment.missing_from} is missing; the kit will send from there"
    if segment.contradicting:
        yield "contradicts what the kit said before; see `waypost hq conflicts`"


def _print_headquarters_out(filled: HeadquartersStickOut) -> None:
    click.echo(
        f"for {', '.join(filled.kits) or 'no kit'}: {pluralize(filled.files, 'file')}, {filled.bytes} bytes "
        f"({filled.written} written now), {pluralize(filled.answers, 'acknowledgement')}. {_PULL}"
    )


def _segment_json(segment: IngestResult) -> dict[str, object]:
    return {
        "kit": segment.kit,
        "stream": segment.batch.stream,
        "entries": len(segment.batch.entries),
        "stored": segment.stored,
        "contradicting": segment.contradicting,
        "missing_from": segment.missing_from,
    }


def _delivery_json(delivery: KitStickIn) -> dict[str, object]:
    return {name: getattr(delivery, name) for name in KitStickIn.__dataclass_fields__}
