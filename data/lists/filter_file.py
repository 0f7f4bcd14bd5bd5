"""A key filter on disk, bound to the one base it was made of (`data.lists.block_file`, 1 MiB a block)."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from data import files
from data.lists.block_file import TAG_BYTES, BlockFile, BlockWriter
from data.lists.key_filter import WORDS, KeyFilter

_STORED = 1 << 20
_ROOM = _STORED - TAG_BYTES


class Binding(NamedTuple):
    """The base that a filter belongs to."""

    base: str
    """Name of its file."""
    digest: int
    rows: int


def save(path: Path, key: bytes, held: KeyFilter, binding: Binding) -> None:
    """Write a filter beside `path`, then put it in place."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    content = held.words.data.cast("B")
    file = BlockWriter(beside, key, _STORED)
    for start in range(0, len(content), _ROOM):
        part = content[start : start + _ROOM]
        file.append(part if len(part) == _ROOM else bytes(part).ljust(_ROOM, b"\0"))
    file.close({**_sheet(binding), "bytes": len(content)})
    files.put_in_place(beside, path)


def load(path: Path, key: bytes, binding: Binding) -> KeyFilter | None:
    """The filter, or None when it was made of another base. Damaged when it is not as it was written."""
    file = BlockFile(path, key, _STORED)
    try:
        size = int(file.sheet["bytes"])
        if size % (8 * WORDS) or {**file.sheet, **_sheet(binding)} != file.sheet:
            return None
        content = np.empty(size, np.uint8)
        for block in range(file.blocks):
            part = content[block * _ROOM : (block + 1) * _ROOM]
            part[:] = np.frombuffer(file.read(block), np.uint8, count=len(part))
    finally:
        file.close()
    return KeyFilter(content.view(np.uint64).reshape(-1, WORDS))


def _sheet(binding: Binding) -> dict[str, str | int]:
    return {"base": binding.base, "digest": f"{binding.digest:064x}", "count": binding.rows}
