"""The least part of the published tree that brings given kits up to date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from sync.formats.manifest import Manifest, file_path, files_of, manifest_from_json
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.store import tables, tree
from sync.planner import plan

_ENVELOPES = "kits/"
_MANIFEST = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Media:
    """What has to lie on a stick."""

    payloads: tuple[str, ...]
    """Paths of sealed files, small ones first."""
    small: dict[str, bytes]
    """Metadata, manifests, policy and envelopes by path, the timestamp last."""
    sizes: dict[str, int]
    """Bytes of each path of both."""
    current: frozenset[str]
    """Every path of the tree as it is published now: what a stick has of it may stay."""


def media_for(home: HeadquartersHome, kits: Iterable[Mapping[str, int]], folders: set[str]) -> Media:
    """Media for kits that have lists in these versions (none named: nothing of it), with the envelopes in `folders`."""
    with home.store.reading() as connection:
        content = {row.path: bytes(row.content) for row in connection.execute(select(tables.tree))}
    manifests = [_manifest(path, content[path]) for path in content if path.endswith(_MANIFEST)]
    have = list(kits)
    files: dict[str, int] = {}
    for manifest in manifests:
        for versions in have:
            files |= _needed(home, manifest, versions.get(manifest.list, 0))
    kept = [path for path in content if not path.startswith(_ENVELOPES) or path.split("/")[1] in folders]
    small = {path: content[path] for path in sorted(kept, key=lambda path: (path == tree.TIMESTAMP, path))}
    named = {file_path(manifest, file) for manifest in manifests for file in files_of(manifest)}
    named |= {path for manifest in manifests for path in _parts(home, manifest)}
    return Media(
        payloads=tuple(sorted(files, key=lambda path: (files[path], path))),
        small=small,
        sizes=files | {path: len(content) for path, content in small.items()},
        current=frozenset(named | set(content)),
    )


def _manifest(path: str, content: bytes) -> Manifest:
    return manifest_from_json(content, path.split("/")[1])


def _needed(home: HeadquartersHome, manifest: Manifest, version: int) -> dict[str, int]:
    """Path and size of each file on the cheapest way from a version, and of later deltas: the kit may have moved on."""
    # A kit that says it is ahead of what is published was put back from elsewhere: it gets the whole list.
    have = version if version <= manifest.version else 0
    if have == manifest.version:
        return {}
    steps = plan(manifest, have, lambda file: file.size).steps
    files = [step.file for step in steps] + [delta.file for delta in manifest.deltas if delta.to > have]
    whole = any(step.since == 0 for step in steps)
    parts = _parts(home, manifest) if whole else {}
    return parts | {file_path(manifest, file): file.size for file in files}


def _parts(home: HeadquartersHome, manifest: Manifest) -> dict[str, int]:
    """Path and size of the parts of the snapshot, which its own file names under its seal: p-<epoch>-<version>-…"""
    _, epoch, version, *_ = manifest.snapshot.file.name.split("-")
    folder = home.public / "lists" / manifest.list
    found = folder.glob(f"p-{epoch}-{version}-*")
    return {f"lists/{manifest.list}/{path.name}": path.stat().st_size for path in found}
