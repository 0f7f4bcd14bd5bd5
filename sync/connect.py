"""From the words of a source to a line that is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.folder_link import FolderLink
from sync.http_link import HttpLink
from sync.limits import LIMITS, Limits
from sync.link import Link, checked_source, is_url


@contextmanager
def link_to(source: str, *, limits: Limits = LIMITS) -> Iterator[Link]:
    """The link for a source: an http(s) URL or a folder; InputError when it is neither."""
    source = checked_source(source)
    if not is_url(source):
        yield FolderLink(Path(source))
        return
    with HttpLink(source, limits=limits) as link:
        yield link
