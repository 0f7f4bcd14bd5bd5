"""From the words of a source to a line that is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.folder_link import FolderLink
from sync.http_link import HttpLink
from sync.limits import LIMITS, Limits
from sync.link import Link, checked_source, is_url
from sync.stick import StickLink, is_stick


@contextmanager
def link_to(source: str, *, limits: Limits = LIMITS) -> Iterator[Link]:
    """The link for a source: an http(s) URL, a folder or a stick; InputError when it is none."""
    source = checked_source(source)
    if not is_url(source):
        yield StickLink(Path(source)) if is_stick(Path(source)) else FolderLink(Path(source))
        return
    with HttpLink(source, limits=limits) as link:
        yield link
