"""CSCA master lists (Doc 9303-12): one or more `.ml` files, and the root certificates that must vouch for them.

- A list whose signature does not hold is refused whole, and so is one of a state of which a root was given that did not
  issue its signer.
- A list of a state of which no root was given is read, its certificates are marked as not vouched for, and
  `SourceInfo.unvouched` names it: the importer takes it only if somebody accepts that and says why.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from data.certificates.certificate import Certificate
from data.certificates.malformed import Malformed
from data.certificates.master_list import MOST_BYTES, MasterList, read_master_list
from data.errors import RefusedFile
from data.text import Message, _
from sync.headquarters.sources import Item, SourceInfo
from sync.headquarters.sources.certificates.certificate_files import (
    describe_unvouched,
    identify,
    is_cut_off,
    is_identified,
    is_master_list,
    read_roots,
    read_signing_certificate,
)
from sync.headquarters.sources.source_files import read_content, refuse_file, report_incomplete

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
    roots = [root for path in paths if not is_master_list(path) for root in read_roots(path)]
    opened = [(path, _open_list(path, roots)) for path in lists]
    opened.sort(key=lambda entry: not entry[1].is_vouched)  # what two lists have counts as vouched for if either is
    chosen = {root.der for root in roots}
    skipped: Counter[Message] = Counter()
    seen: set[bytes] = set()
    for path, opened_list in opened:
        for number, der in enumerate(opened_list.certificates, start=1):
            if der in seen:
                skipped[TWICE] += 1
                continue
            item = read_signing_certificate(
                der,
                _("{file} certificate {number}", file=path.name, number=number),
                f"master list of {opened_list.country}",
                vouched=opened_list.is_vouched or der in chosen,
            )
            item = identify(item, der)
            if is_identified(item):
                seen.add(der)
            yield item
    yield SourceInfo(
        _date(opened),
        dict(skipped),
        unvouched=tuple(describe_unvouched(path.name, each) for path, each in opened if not each.is_vouched),
        parts=frozenset(f"master-list {each.country}" for _path, each in opened),
    )


def _open_list(path: Path, roots: Sequence[Certificate]) -> MasterList:
    content = read_content(path, MOST_BYTES).data
    try:
        return read_master_list(content, roots)
    except Malformed as problem:
        if is_cut_off(content):
            raise report_incomplete([_("{file} ends too early", file=path.name)]) from problem
        raise refuse_file(
            _("{file} is refused: {what}", file=path.name, what=problem.what),
            _(
                "Get the list again from its state. If the root that was given is older or newer than the list, "
                "get from the state the one that issued the list's signer"
            ),
        ) from problem


def _date(opened: Sequence[tuple[Path, MasterList]]) -> str:
    signed = [master_list.signed for _, master_list in opened if master_list.signed]
    return f"{max(signed):%Y-%m-%dT%H:%M:%SZ}" if signed else ""
