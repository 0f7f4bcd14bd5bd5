"""INTERPOL-style notices as JSON: a folder with one notice a file, or one file with one or many.

A file holds one notice, an array of notices, or a page of results (`{"_embedded": {"notices": […]}}`).
A broken file or notice is one refusal and the import continues; a source in which there is no notice at all
is refused whole. The layout, and what Waypost adds to that of the public notices API, is described in
docs/formats/notices-json.md.
"""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from data.errors import RefusedFile
from data.json_codec import decode
from data.json_errors import explain_refusal
from data.persons.notice import Notice
from data.text import Message, _
from sync.headquarters.sources import Item, RefusedRecord, SourceInfo
from sync.headquarters.sources.notice_record import COLOURS, parse_notice
from sync.headquarters.sources.source_files import read_bytes

_SIZE_LIMIT = 5_000_000
_NEEDED = _("Give a folder of notices in JSON, one in each file, or one such file")


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Notices and refusals, files in the order of their names; RefusedFile before the first when there is no notice."""
    files = [file for path in paths for file in _files(path)]
    skipped: Counter[Message] = Counter()
    items = _items(files, skipped)
    refusals: list[RefusedRecord] = []
    for item in items:
        if isinstance(item, Notice):
            yield from refusals
            yield item
            break
        refusals.append(item)
    else:
        what = _("There is no notice in the files")
        if refusals:
            what = _(
                "There is no notice in the files: {place}: {reason}", place=refusals[0].where, reason=refusals[0].why
            )
        raise RefusedFile(what, means=_("The list stays as it was."), do=_NEEDED)
    yield from items
    yield SourceInfo(skipped=dict(skipped))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix.lower() == ".json" and file.is_file())
    if path.is_file():
        return [path]
    raise RefusedFile(_("{name} is neither a file nor a folder", name=path.name), do=_NEEDED)


def _items(files: list[Path], skipped: Counter[Message]) -> Iterator[Notice | RefusedRecord]:
    seen: dict[str, str] = {}
    for file in files:
        where = _where(file)
        try:
            entries = _entries(file)
        except RefusedFile as problem:
            yield RefusedRecord(where, problem.what)
            continue
        for position, entry in enumerate(entries, start=1):
            place = where if len(entries) == 1 else _("{place} notice {number}", place=where, number=position)
            yield _item(entry, file, place, seen, skipped)


def _item(
    entry: Any, file: Path, place: str, seen: dict[str, str], skipped: Counter[Message]
) -> Notice | RefusedRecord:
    try:
        notice = parse_notice(entry, file.parent.name, skipped)
    except ValueError as problem:
        return RefusedRecord(place, explain_refusal(problem))
    if first := seen.get(notice.record):
        return RefusedRecord(place, _("{first} already has this entity_id", first=first))
    seen[notice.record] = place
    return notice


def _entries(file: Path) -> list[Any]:
    """The notices of one file, not looked into yet."""
    content = decode(
        object,
        read_bytes(file, _SIZE_LIMIT).removeprefix(BOM_UTF8),
        lambda why: RefusedFile(why.says),
        most_bytes=_SIZE_LIMIT,
    )
    if isinstance(content, dict) and isinstance(page := content.get("_embedded"), dict) and "notices" in page:
        content = page["notices"]
    entries = content if isinstance(content, list) else [content]
    if not entries:
        raise RefusedFile(_("there is no notice in the file"))
    return entries


def _where(file: Path) -> str:
    """The file's name, with its folder where that says the colour."""
    return f"{file.parent.name}/{file.name}" if file.parent.name.lower() in COLOURS else file.name
