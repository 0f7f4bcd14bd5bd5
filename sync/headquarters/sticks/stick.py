"""Headquarters and a stick: reports come in, the least media that bring given kits up to date go out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from data.errors import InputError, WaypostError
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.reports.ingest import Ingest, Ingested
from sync.headquarters.reports.receipts import versions_of
from sync.headquarters.sticks.media import media_for
from sync.headquarters.store import tables
from sync.headquarters.store.kit_signers import signers
from sync.headquarters.store.list_table import all_listed
from sync.limits import LIMITS
from sync.report import Problem
from sync.sticks.stick import Part, Stick, answer_name, flat_name
from sync.sticks.writer import StickWriter


@dataclass(frozen=True, slots=True)
class HeadquartersStickIn:
    """What headquarters took from a stick."""

    segments: tuple[Ingested, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class HeadquartersStickOut:
    """What headquarters put on a stick."""

    kits: tuple[str, ...]
    files: int
    bytes: int
    """Of published files and metadata, there before or not."""
    written: int
    """Bytes that had to be written."""
    answers: int


def stick_in(home: HeadquartersHome, folder: Path) -> HeadquartersStickIn:
    """Take in every report on the stick in `folder`, and leave the acknowledgements on it.

    A report that is refused is told and left; the others are taken in. The stick's reports are not changed.

    Raises:
        LinkError: there is no stick, or it cannot be read.
    """
    stick, ingest = Stick(folder), Ingest(home)
    taken: list[Ingested] = []
    problems: list[Problem] = []
    for name in stick.names(Part.REPORTS):
        try:
            taken.append(ingest.take(stick.read(Part.REPORTS, name, most_bytes=LIMITS.segment_bytes)))
        except WaypostError as error:
            problems.append(Problem(f"{name}: {error.what}", error.means, error.do))
    try:
        _leave_answers(folder, taken)
    except WaypostError as error:
        problems.append(Problem.of(error))
    return HeadquartersStickIn(tuple(taken), tuple(problems))


def stick_out(
    home: HeadquartersHome,
    folder: Path,
    kits: Sequence[str] = (),
    have: Mapping[str, int] | None = None,
    progress: Callable[[int, int], None] = lambda done, needed: None,
) -> HeadquartersStickOut:
    """Put on the stick in `folder` what brings `kits` (default: all) up to date, and their acknowledgements.

    What a kit has is known from its receipts, or said for all of them by `have` (list to version, 0 for none).

    Raises:
        InputError: there is no kit or list of that name.
        StoreError: the stick has too little room, is full or fails.
    """
    chosen, folders = _chosen(home, kits)
    _must_be_lists(home, have or {})
    media = media_for(home, [_versions(home, kit, have) for kit in chosen], folders)
    writer = StickWriter(folder)
    missing = {path: writer.missing(flat_name(path), size) for path, size in media.sizes.items()}
    writer.must_hold(iter(missing.values()))
    done, needed = 0, sum(missing.values())

    def wrote(size: int) -> None:
        nonlocal done
        done += size
        progress(done, needed)

    for path in media.payloads:
        writer.copy(home.public / path, flat_name(path), wrote)
    for path, content in media.small.items():  # the timestamp last: what it leads to is there before it
        writer.put(Part.PUBLIC, flat_name(path), content)
    current = {flat_name(path) for path in media.current}
    writer.keep_only(Part.PUBLIC, lambda name: name.partition("+")[0] in current)
    answers = _put_answers(home, writer, chosen)
    return HeadquartersStickOut(tuple(chosen), len(media.sizes), sum(media.sizes.values()), needed, answers)


def _chosen(home: HeadquartersHome, names: Sequence[str]) -> tuple[list[str], set[str]]:
    with home.store.reading() as connection:
        known = {row.name: row.folder for row in connection.execute(select(tables.kits).order_by(tables.kits.c.name))}
    for name in names:
        if name not in known:
            raise InputError(f"There is no kit called {name}", do=f"Known kits: {', '.join(known) or 'none yet'}")
    chosen = list(dict.fromkeys(names or known))
    return chosen, {known[name] for name in chosen}


def _must_be_lists(home: HeadquartersHome, names: Iterable[str]) -> None:
    with home.store.reading() as connection:
        known = [entry.name for entry in all_listed(connection)]
    for name in names:
        if name not in known:
            raise InputError(f"There is no list called {name}", do=f"Lists here: {', '.join(known) or 'none yet'}")


def _versions(home: HeadquartersHome, kit: str, have: Mapping[str, int] | None) -> Mapping[str, int]:
    if have is not None:
        return have
    with home.reports.reading() as connection:
        return versions_of(connection, kit)


def _leave_answers(folder: Path, taken: Sequence[Ingested]) -> None:
    newest = {(one.signer.folder, one.batch.incarnation): one.acknowledgement for one in taken}
    if newest:
        writer = StickWriter(folder)
        for place, answer in newest.items():
            writer.put(Part.ANSWERS, answer_name(*place), answer)


def _put_answers(home: HeadquartersHome, writer: StickWriter, kits: Sequence[str]) -> int:
    with home.store.reading() as connection:
        reporting = [signer for signer in signers(connection) if signer.kit in kits]
    ingest = Ingest(home) if reporting else None
    count = 0
    for signer in reporting:
        if ingest and (answer := ingest.acknowledgement(signer)):
            incarnation, sealed = answer
            writer.put(Part.ANSWERS, answer_name(signer.folder, incarnation), sealed)
            count += 1
    return count
