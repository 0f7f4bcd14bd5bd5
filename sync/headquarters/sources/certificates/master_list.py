"""CSCA master lists (Doc 9303-12): one or more `.ml` files, and the root certificates that must vouch for them.

A list whose signature does not hold, or whose signer no given root issued, is refused whole. Without a root the list is
taken when it is whole in itself, and the import says that nobody of one's own choice vouched for it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from data.certificates.certificate import Certificate, read_certificate
from data.certificates.malformed import Malformed
from data.certificates.master_list import MOST_BYTES, MasterList, read_master_list
from data.errors import RefusedFile
from data.text import Message, _
from sync.headquarters.sources import Item, SourceInfo
from sync.headquarters.sources.certificates.certificate_files import (
    identify,
    is_cut_off,
    is_master_list,
    read_der_blocks,
    read_signing_certificate,
)
from sync.headquarters.sources.source_files import read_content, refuse_file, report_incomplete

NOT_ANCHORED = _("verification of who signed it: also give the signer's root certificate")
TWICE = _("certificates that are also on another list here")


def read(paths: Sequence[Path]) -> Iterator[Item]:
    """Records and refusals, list by list; RefusedFile before the first when any list does not hold."""
    lists = [path for path in paths if is_master_list(path)]
    if not lists:
        raise RefusedFile(
            _("There is no master list among the files"),
            means=_("Nothing was imported; the list stays as it was."),
            do=_("Name one or more .ml files, and the root certificate of whoever signed them"),
        )
    anchors = [anchor for path in paths if not is_master_list(path) for anchor in _anchors(path)]
    opened = [(path, _open_list(path, anchors)) for path in lists]
    skipped: Counter[Message] = Counter()
    seen: set[bytes] = set()
    for path, opened_list in opened:
        skipped[NOT_ANCHORED] += opened_list.anchor is None
        for number, der in enumerate(opened_list.certificates, start=1):
            if der in seen:
                skipped[TWICE] += 1
                continue
            seen.add(der)
            item = read_signing_certificate(
                der,
                _("{file} certificate {number}", file=path.name, number=number),
                f"master list of {opened_list.country}",
            )
            yield identify(item, der)
    parts = {_("the master list of {country}", country=opened_list.country) for _path, opened_list in opened}
    if all(opened_list.anchor for _path, opened_list in opened):
        parts.add(_("the root certificate of whoever signed the list"))
    yield SourceInfo(_date(opened), {what: count for what, count in skipped.items() if count}, parts=frozenset(parts))


def _open_list(path: Path, anchors: Sequence[Certificate]) -> MasterList:
    content = read_content(path, MOST_BYTES).data
    try:
        return read_master_list(content, anchors)
    except Malformed as problem:
        if is_cut_off(content):
            raise report_incomplete([_("{file} ends too early", file=path.name)]) from problem
        raise refuse_file(
            _("{file} is refused: {what}", file=path.name, what=problem.what),
            _("Get the list again, or give its signer's root"),
        ) from problem


def _anchors(path: Path) -> list[Certificate]:
    try:
        blocks = read_der_blocks(path.name, read_content(path, MOST_BYTES).data, "CERTIFICATE")
        if blocks.refusals or blocks.signs:
            raise Malformed(_("It has a block that is not whole"))
        return [read_certificate(der) for _, der in blocks.blocks]
    except Malformed as problem:
        raise refuse_file(
            _("{file} is not a root certificate: {what}", file=path.name, what=problem.what),
            _("Give the root as PEM or DER"),
        ) from problem


def _date(opened: Sequence[tuple[Path, MasterList]]) -> str:
    signed = [master_list.signed for _, master_list in opened if master_list.signed]
    return f"{max(signed):%Y-%m-%dT%H:%M:%SZ}" if signed else ""
