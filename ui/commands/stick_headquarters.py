"""`waypost stick` at headquarters (extra `hq`); `ui.commands.stick` loads it where the home is headquarters'."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import click

from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.segments import IngestResult
from sync.headquarters.sticks import HeadquartersStickIn, HeadquartersStickOut, stick_in, stick_out
from ui.options import emit
from ui.text.courier_report import ENTRIES, STICK_IS_FREE, print_problem
from ui.text.sanitize import pluralize


def take_in(home: Path, passphrase: str, folder: Path, *, as_json: bool) -> int:
    """`stick in` at headquarters; the exit code."""
    with closing(HeadquartersHome.open(home, passphrase)) as headquarters:
        received = stick_in(headquarters, folder)
    if as_json:
        emit({"segments": list(map(_segment_json, received.segments)), "problems": received.problems})
    else:
        _print_in(received)
    return 1 if received.problems else 0


def fill(
    home: Path, passphrase: str, folder: Path, kits: tuple[str, ...], have: Mapping[str, int], *, as_json: bool
) -> None:
    """`stick out` at headquarters, for `kits` (none: all); `have` is what they have, empty: what they last said."""
    with closing(HeadquartersHome.open(home, passphrase)) as headquarters:
        filled = stick_out(headquarters, folder, kits, have or None, _Progress().update)
    (emit if as_json else _print_out)(filled)


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


def _print_in(received: HeadquartersStickIn) -> None:
    kits: dict[str, list[IngestResult]] = {}
    for segment in received.segments:
        kits.setdefault(segment.kit, []).append(segment)
    for kit, segments in kits.items():
        stored = sum(segment.stored for segment in segments)
        click.echo(f"{kit}: {pluralize(stored, *ENTRIES)} new in {pluralize(len(segments), 'file')}")
        for segment in segments:
            for line in _segment_faults(segment):
                click.echo(f"  {segment.batch.stream}: {line}", err=True)
    for problem in received.problems:
        print_problem(problem)
    click.echo(STICK_IS_FREE if kits else f"There are no reports for this headquarters on it. {STICK_IS_FREE}")


def _segment_faults(segment: IngestResult) -> Iterator[str]:
    if segment.missing_from:
        yield f"entry {segment.missing_from} is missing; the kit will send from there"
    if segment.contradicting:
        yield "contradicts what the kit said before; see `waypost hq conflicts`"


def _print_out(filled: HeadquartersStickOut) -> None:
    click.echo(
        f"for {', '.join(filled.kits) or 'no kit'}: {pluralize(filled.files, 'file')}, {filled.bytes} bytes "
        f"({filled.written} written now), {pluralize(filled.answers, 'acknowledgement')}. {STICK_IS_FREE}"
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
