"""INTERPOL-style notices as JSON: a folder with one notice a file, or one file with one or many.

A file holds one notice, an array of notices, or a page of results (`{"_embedded": {"notices": […]}}`).
A broken file or notice is one refusal and the import continues; a file of many notices that ends before its JSON does
is cut off. A source of which nothing can be used is refused whole; one that is empty (a folder, an array) is a list
without notices, which the importer takes only for a reason. The layout, and what Waypost adds to that of
the public notices API, is described in docs/formats/notices-json.md.
"""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic.fields import FieldInfo

from data.errors import RefusedFile
from data.json_codec import decode
from data.json_errors import explain_refusal
from data.persons.notice import Notice
from data.text import Message, _
from data.untrusted_text import clean
from sync.headquarters.sources import Item, LeftOut, RefusedRecord, SourceInfo, digest_row
from sync.headquarters.sources.notice_record import COLOURS, NoticeFields, find_record, parse_notice, to_record
from sync.headquarters.sources.source_files import read_content, report_incomplete

_SIZE_LIMIT = 5_000_000
_PAGE = b'"_embedded"'
_ID = re.compile(rb'"(?:entity_id|un_reference)"\s*:\s*"([^"\\]{1,64})"')
_LINKS = frozenset({"_links", "_embedded"})
"""The interface's own: addresses and pictures."""
_NEEDED = _("Give a folder of notices in JSON, one in each file, or one such file")


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Notices and refusals, files in the order of their names; RefusedFile before the first when there is no notice."""
    files = [file for path in paths for file in _files(path)]
    reading = _Reading()
    items = reading.items(files)
    refusals: list[RefusedRecord] = []
    for item in items:
        if isinstance(item, Notice):
            yield from refusals
            yield item
            break
        refusals.append(item)
    else:
        if refusals or reading.signs:
            raise _explain_absence(refusals, reading.signs)
    yield from items
    folders = {f"folder {name}" for path in paths for name in _folders(path)}
    yield SourceInfo(
        skipped=dict(reading.left_out.counts),
        incomplete=reading.left_out.records,
        signs=tuple(reading.signs),
        parts=frozenset(folders),
        partly_read=frozenset(reading.partly_read),
    )


def _explain_absence(refusals: Sequence[RefusedRecord], signs: Sequence[Message]) -> RefusedFile:
    if signs:
        return report_incomplete(signs)
    what = _("There is no notice in the files")
    if refusals:
        what = _("There is no notice in the files: {place}: {reason}", place=refusals[0].where, reason=refusals[0].why)
    return RefusedFile(what, means=_("The list stays as it was."), do=_NEEDED)


def _folders(path: Path) -> list[str]:
    return [str(folder.relative_to(path)) for folder in path.rglob("*") if folder.is_dir()] if path.is_dir() else []


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix.lower() == ".json" and file.is_file())
    if path.is_file():
        return [path]
    raise RefusedFile(_("{name} is neither a file nor a folder", name=path.name), do=_NEEDED)


class _Reading:
    """One pass over the files of one source, and what there is to say of it."""

    def __init__(self) -> None:
        self.left_out = LeftOut()
        self.partly_read: set[str] = set()
        self.signs: list[Message] = []
        self._seen: dict[str, tuple[str, str]] = {}
        """Where each notice stands, and the digest of its entry."""

    def items(self, files: list[Path]) -> Iterator[Notice | RefusedRecord]:
        """The notices of all files, and the refusals."""
        for file in files:
            where = _where(file)
            try:
                content = read_content(file, _SIZE_LIMIT).data.removeprefix(BOM_UTF8)
            except RefusedFile as problem:
                yield RefusedRecord(
                    where, problem.what, is_certain=False, digest=digest_row(f"{where}: {problem.what}")
                )
                continue
            try:
                entries = _entries(content)
            except RefusedFile as problem:
                yield from self._refuse(file, content.strip(), problem.what, is_only=len(files) == 1)
                continue
            if not entries and len(files) > 1:
                yield RefusedRecord(where, _("there is no notice in the file"), digest=digest_row(content))
            for position, entry in enumerate(entries, start=1):
                place = where if len(entries) == 1 else _("{place} notice {number}", place=where, number=position)
                yield from self._items(entry, file, place, hides_others=len(entries) > 1)

    def _refuse(self, file: Path, content: bytes, why: Message, *, is_only: bool) -> Iterator[RefusedRecord]:
        """A refusal for each notice of a broken file whose id can be read; a sign where one of many ends too early."""
        if not content.endswith((b"]", b"}")) and (is_only or content.startswith(b"[") or _PAGE in content):
            self.signs.append(_("{file} ends before its JSON does", file=file.name))
        identities = [to_record(number.decode("utf-8", "replace")) for number in _ID.findall(content)]
        for identity in dict.fromkeys(identities or [""]):
            digest = digest_row(content)
            yield RefusedRecord(_where(file), why, identity, is_certain=False, hides_others=True, digest=digest)

    def _items(self, entry: Any, file: Path, place: str, *, hides_others: bool) -> Iterator[Notice | RefusedRecord]:
        """The notice, and a refusal of its fields that there are not: one of them may be a misspelt one.

        In a file of several notices, what is refused may be the beginning of one and the end of another.
        """
        item = self._item(entry, file, place)
        yield replace(item, hides_others=hides_others) if isinstance(item, RefusedRecord) else item
        if isinstance(item, Notice) and (unknown := _find_unknown(entry)):
            why = _("it has unknown fields, which were left out: {fields}", fields=", ".join(unknown[:5]))
            digest = digest_row(f"{item.record}: {sorted(unknown)}")
            yield RefusedRecord(place, why, item.record, hides_others=hides_others, digest=digest)

    def _item(self, entry: Any, file: Path, place: str) -> Notice | RefusedRecord:
        skipped: Counter[Message] = Counter()
        try:
            notice = parse_notice(entry, file.parent.name, skipped)
        except ValueError as problem:
            self.left_out.note("", skipped)
            return RefusedRecord(place, explain_refusal(problem), find_record(entry), digest=digest_row(repr(entry)))
        digest = digest_row(repr(entry))
        first, first_digest = self._seen.setdefault(notice.record, (place, digest))
        if digest != first_digest:
            self.left_out.note("", skipped)
            return RefusedRecord(place, _("{first} already has this entity_id", first=first), digest=digest)
        if self.left_out.note(notice.record, skipped):
            self.partly_read.add(notice.record)
        return notice


def _entries(content: bytes) -> list[Any]:
    """The notices of one file, not looked into yet."""
    value = decode(object, content, lambda why: RefusedFile(why.says), most_bytes=_SIZE_LIMIT)
    if isinstance(value, dict) and isinstance(page := value.get("_embedded"), dict) and "notices" in page:
        value = page["notices"]
    entries = value if isinstance(value, list) else [value]
    return entries


def _where(file: Path) -> str:
    """The file's name, with its folder where that says the colour."""
    return f"{file.parent.name}/{file.name}" if file.parent.name.lower() in COLOURS else file.name


def _find_unknown(value: object) -> list[str]:
    """Names of fields of a notice, or of an entry of its arrays, that there are not: `alias_es`, `documents.no`.

    One of them may be a misspelt one, and is not absent.
    """
    if not isinstance(value, dict):
        return []
    unknown = [key for key in value if key not in _FIELDS and key not in _LINKS]
    for field, known in _FIELDS.items():
        entries = value.get(field) if known else None
        for entry in entries if isinstance(entries, list) else ():
            unknown += [f"{field}.{key}" for key in entry if key not in known] if isinstance(entry, dict) else []
    return [clean(name, 30) for name in dict.fromkeys(unknown)]


def _find_fields(layout: Any) -> dict[str, frozenset[str]]:
    """The fields of a layout, each with those of the objects in its array."""
    return {
        name: frozenset().union(*map(_find_fields, _find_layouts(hint)))
        for name, hint in get_type_hints(layout, include_extras=True).items()
        if not any(isinstance(part, FieldInfo) and part.alias for part in get_args(hint))
    }


def _find_layouts(hint: Any) -> Iterator[Any]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for part in get_args(hint):
        yield from _find_layouts(part)


_FIELDS = _find_fields(NoticeFields)
