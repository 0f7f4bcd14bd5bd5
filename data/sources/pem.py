"""Country signing certificates as PEM or DER files, one or many, which headquarters vouches for by importing them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from data.certificates.malformed import Malformed
from data.sources import Item, SourceInfo
from data.sources.files import read_bytes, refuse
from data.sources.trust_files import blocks, judged

_SIZE_LIMIT = 64_000_000


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Records and refusals in the order of the files; RefusedFile before the first when any holds no certificate."""
    found = [(path, where, der) for path in paths for where, der in _certificates(path)]
    seen: set[bytes] = set()
    for path, where, der in found:
        if der not in seen:
            seen.add(der)
            yield judged(der, f"{path.name}{where}", "PEM")
    repeated = len(found) - len(seen)
    yield SourceInfo("", {"certificates that are there twice": repeated} if repeated else {})


def _certificates(path: Path) -> list[tuple[str, bytes]]:
    try:
        return list(blocks(read_bytes(path, _SIZE_LIMIT), "CERTIFICATE"))
    except Malformed as problem:
        raise refuse(path, f"holds no certificates: {problem.what}", "Give certificates as PEM or DER") from problem
