"""Headquarters and a stick: reports come in, the least part of the tree that brings given kits up to date goes out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from data.errors import InputError, Problem, WaypostError
from data.log.error_log import log_error
from data.text import _
from sync.formats.download_plan import plan_downloads
from sync.formats.manifest import Manifest, file_path, files_of, manifest_from_json
from sync.formats.stick import Stick, StickFolder, answer_name, flat_name, is_stick
from sync.formats.stick_writer import StickWriter
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.kit_reports import reported_versions
from sync.headquarters.ingest.segments import Ingest, IngestResult
from sync.headquarters.store import tables
from sync.headquarters.store.kit_table import signers
from sync.headquarters.store.list_table import all_lists, unknown_list
from sync.limits import LIMITS
from sync.link import TIMESTAMP

_ENVELOPES = "kits/"
_MANIFEST = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Media:
    """What has to be on a stick."""

    payloads: tuple[str, ...]
    """Paths of sealed files, small ones first."""
    small: dict[str, bytes]
    """Metadata, manifests, policy and envelopes by path, the timestamp last."""
    sizes: dict[str, int]
    """Bytes of each path of both."""
    current: frozenset[str]
    """Every path of the tree as it is published now: what a stick has of it may stay."""


def select_media(home: HeadquartersHome, kits: Iterable[Mapping[str, int]], folders: set[str]) -> Media:
    """Media for kits that have lists in these versions (none named: nothing of it), with the envelopes in `folders`."""
    with home.store.reading() as connection:
        content = {row.path: bytes(row.content) for row in connection.execute(select(tables.tree))}
    manifests = [_manifest(path, content[path]) for path in content if path.endswith(_MANIFEST)]
    have = list(kits)
    files: dict[str, int] = {}
    for manifest in manifests:
        for versions in have:
            files |= _files_needed(home, manifest, versions.get(manifest.list, 0))
    paths = [path for path in content if not path.startswith(_ENVELOPES) or path.split("/")[1] in folders]
    small = {path: content[path] for path in sorted(paths, key=lambda path: (path == TIMESTAMP, path))}
    named = {file_path(manifest, file) for manifest in manifests for file in files_of(manifest)}
    named |= {path for manifest in manifests for path in _parts(home, manifest)}
    return Media(
        payloads=tuple(sorted(files, key=lambda path: (files[path], path))),
        small=small,
        sizes=files | {path: len(content) for path, content in small.items()},
        current=frozenset(named | set(content)),
    )


@dataclass(frozen=True, slots=True)
class HeadquartersStickIn:
    """What headquarters took from a stick."""

    segments: tuple[IngestResult, ...]
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

    A refused report is a problem in the result and stays on the stick; the others are accepted. The reports on the
    stick are not changed.

    Raises:
        InputError: no kit and no headquarters ever wrote a stick in this folder.
        LinkError: there is no stick, or it cannot be read.
    """
    stick, ingest = Stick(folder), Ingest(home)
    results: list[IngestResult] = []
    problems: list[Problem] = []
    names = stick.names(StickFolder.REPORTS)
    if not names and not is_stick(folder):
        raise InputError(
            _("{folder} has nothing for headquarters", folder=folder), do=_("Fill it at a kit with `waypost stick out`")
        )
    for name in names:
        try:
            results.append(ingest.take(stick.read(StickFolder.REPORTS, name, most_bytes=LIMITS.segment_bytes)))
        except WaypostError as error:
            log_error(error)
            problems.append(Problem(_("{name}: {problem}", name=name, problem=error.what), error.means, error.do))
    try:
        _leave_answers(folder, results)
    except WaypostError as error:
        log_error(error)
        problems.append(Problem.of(error))
    return HeadquartersStickIn(tuple(results), tuple(problems))


def stick_out(
    home: HeadquartersHome,
    folder: Path,
    kits: Sequence[str] = (),
    have: Mapping[str, int] | None = None,
    progress: Callable[[int, int], None] = lambda written, needed: None,
) -> HeadquartersStickOut:
    """Put on the stick in `folder` what brings `kits` (default: all) up to date, and their acknowledgements.

    What a kit has is known from its receipts, or said for all of them by `have` (list to version, 0 for none).

    Raises:
        InputError: there is no kit or list of that name.
        StoreError: the stick has too little room, is full or fails.
    """
    chosen, folders = _choose_kits(home, kits)
    _must_be_lists(home, have or {})
    media = select_media(home, [_versions(home, kit, have) for kit in chosen], folders)
    writer = StickWriter(folder)
    missing = {path: writer.missing(flat_name(path), size) for path, size in media.sizes.items()}
    writer.must_hold(iter(missing.values()))
    written, needed = 0, sum(missing.values())

    def wrote(size: int) -> None:
        nonlocal written
        written += size
        progress(written, needed)

    for path in media.payloads:
        writer.copy(home.public / path, flat_name(path), wrote)
    for path, content in media.small.items():  # the timestamp last: what it leads to is there before it
        writer.put(StickFolder.PUBLIC, flat_name(path), content)
    current = {flat_name(path) for path in media.current}
    writer.keep_only(StickFolder.PUBLIC, lambda name: name.partition("+")[0] in current)
    answers = _put_answers(home, writer, chosen)
    return HeadquartersStickOut(tuple(chosen), len(media.sizes), sum(media.sizes.values()), needed, answers)


def _manifest(path: str, content: bytes) -> Manifest:
    return manifest_from_json(content, path.split("/")[1])


def _files_needed(home: HeadquartersHome, manifest: Manifest, version: int) -> dict[str, int]:
    """Path and size of each file on the cheapest way from a version, and of later deltas: the kit may have moved on."""
    # A kit that says it is ahead of what is published was put back from elsewhere: it gets the whole list.
    have = version if version <= manifest.version else 0
    if have == manifest.version:
        return {}
    steps = plan_downloads(manifest, have, lambda file: file.size).steps
    files = [step.file for step in steps] + [delta.file for delta in manifest.deltas if delta.to > have]
    whole = any(step.since == 0 for step in steps)
    parts = _parts(home, manifest) if whole else {}
    return parts | {file_path(manifest, file): file.size for file in files}


def _parts(home: HeadquartersHome, manifest: Manifest) -> dict[str, int]:
    """Path and size of the parts of the snapshot, which its own file names under its seal: p-<epoch>-<version>-…"""
    _, epoch, version, *_ = manifest.snapshot.file.name.split("-")
    folder = home.public / "lists" / manifest.list
    parts = folder.glob(f"p-{epoch}-{version}-*")
    return {f"lists/{manifest.list}/{path.name}": path.stat().st_size for path in parts}


def _choose_kits(home: HeadquartersHome, names: Sequence[str]) -> tuple[list[str], set[str]]:
    with home.store.reading() as connection:
        known = {row.name: row.folder for row in connection.execute(select(tables.kits).order_by(tables.kits.c.name))}
    for name in names:
        if name not in known:
            raise InputError(
                _("There is no kit called {name}", name=name),
                do=_("Kits here: {names}", names=", ".join(known)) if known else _("No kit has been enrolled yet"),
            )
    chosen = list(dict.fromkeys(names or known))
    return chosen, {known[name] for name in chosen}


def _must_be_lists(home: HeadquartersHome, names: Iterable[str]) -> None:
    with home.store.reading() as connection:
        known = [entry.name for entry in all_lists(connection)]
        for name in names:
            if name not in known:
                raise unknown_list(connection, name)


def _versions(home: HeadquartersHome, kit: str, have: Mapping[str, int] | None) -> Mapping[str, int]:
    if have is not None:
        return have
    with home.reports.reading() as connection:
        return reported_versions(connection, kit)


def _leave_answers(folder: Path, results: Sequence[IngestResult]) -> None:
    newest = {(result.signer.folder, result.batch.incarnation): result.acknowledgement for result in results}
    if newest:
        writer = StickWriter(folder)
        for place, answer in newest.items():
            writer.put(StickFolder.ANSWERS, answer_name(*place), answer)


def _put_answers(home: HeadquartersHome, writer: StickWriter, kits: Sequence[str]) -> int:
    with home.store.reading() as connection:
        reporting = [signer for signer in signers(connection) if signer.kit in kits]
    ingest = Ingest(home) if reporting else None
    count = 0
    for signer in reporting:
        if ingest and (answer := ingest.acknowledgement(signer)):
            incarnation, sealed = answer
            writer.put(StickFolder.ANSWERS, answer_name(signer.folder, incarnation), sealed)
            count += 1
    return count
