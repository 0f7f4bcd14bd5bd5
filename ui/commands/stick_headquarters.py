"""`waypost stick` at headquarters (extra `hq`), imported by `ui.commands.stick` where the home is headquarters'."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from data.text import Message, _, join, plural
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.segments import IngestResult
from sync.headquarters.sticks import HeadquartersStickIn, HeadquartersStickOut, stick_in, stick_out
from ui.options import emit
from ui.text.courier_report import STICK_IS_FREE, print_problem
from ui.text.translation import say


def take_in(home: Path, passphrase: str, folder: Path, *, as_json: bool) -> int:
    """Do `stick in` at headquarters; returns the exit code."""
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
    """Do `stick out` at headquarters for `kits`, or for every kit where there are none.

    `have` maps lists to the versions that these kits have; where it is empty, their last reports say so.
    """
    with closing(HeadquartersHome.open(home, passphrase)) as headquarters:
        filled = stick_out(headquarters, folder, kits, have or None, _Progress().update)
    (emit if as_json else _print_out)(filled)


class _Progress:
    """Prints each tenth of a long copy."""

    def __init__(self) -> None:
        self._last_tenth = 0

    def update(self, done: int, needed: int) -> None:
        """Take note that `done` of `needed` bytes are on the stick."""
        tenth = done * 10 // needed if needed > 16 << 20 else 0
        if tenth > self._last_tenth:
            self._last_tenth = tenth
            say(_("{done:.0f} of {needed:.0f} MB", done=done / 1e6, needed=needed / 1e6), to_stderr=True)


def _print_in(received: HeadquartersStickIn) -> None:
    kits: dict[str, list[IngestResult]] = {}
    for segment in received.segments:
        kits.setdefault(segment.kit, []).append(segment)
    for kit, segments in kits.items():
        stored = plural("{count} new entry", "{count} new entries", sum(segment.stored for segment in segments))
        files = plural("{count} file", "{count} files", len(segments))
        say(_("{kit}: {entries}, {files}", kit=kit, entries=stored, files=files))
        for segment in segments:
            for fault in _segment_faults(segment):
                say(_("  {stream}: {fault}", stream=segment.batch.stream, fault=fault), to_stderr=True)
    for problem in received.problems:
        print_problem(problem)
    if not kits:
        say(_("This stick has no reports for this headquarters."))
    say(STICK_IS_FREE)


def _segment_faults(segment: IngestResult) -> Iterator[Message]:
    if segment.missing_from:
        yield _("entry {number} is missing; the kit will send its reports from there", number=segment.missing_from)
    if segment.contradicting:
        yield _("contradicts what the kit reported before; see `waypost hq conflicts`")


def _print_out(filled: HeadquartersStickOut) -> None:
    clauses = [
        plural("{count} file", "{count} files", filled.files),
        _("{bytes} bytes ({written} written now)", bytes=filled.bytes, written=filled.written),
        plural("{count} acknowledgement", "{count} acknowledgements", filled.answers),
    ]
    kits = ", ".join(filled.kits) or _("no kit")
    say(_("For {kits}: {contents}. {end}", kits=kits, contents=join(clauses, ", "), end=STICK_IS_FREE))


def _segment_json(segment: IngestResult) -> dict[str, object]:
    return {
        "kit": segment.kit,
        "stream": segment.batch.stream,
        "entries": len(segment.batch.entries),
        "stored": segment.stored,
        "contradicting": segment.contradicting,
        "missing_from": segment.missing_from,
    }
