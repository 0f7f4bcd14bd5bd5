"""The command line that the public TUF conformance suite drives, over the kit's own verification and HTTP link.

    client --metadata-dir DIR init ROOT
    client --metadata-dir DIR --metadata-url URL refresh
    client --metadata-dir DIR --metadata-url URL --target-name T… --target-base-url URL --target-dir DIR download

`--target-name` may be given several times: every target is downloaded, and a refused one keeps no other from coming. A
file that has the content already is not written again, since the suite orders files by when they were written.

Nothing in it verifies anything: that is `sync/trust/metadata.py`. The initial root is kept apart (`bootstrap`) and
walked from at every run, as a kit walks from the root in its enrolment.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from data.clock import Clock
from data.errors import WaypostError
from sync.kit.connections.http_link import HttpLink
from sync.link import Delivery, FileLink
from sync.trust.metadata import Trust, reference_time

_METADATA = "metadata/"
_MOST_BYTES = 64 << 20


class _Apart:
    """Metadata from one URL, targets from another: a kit has both in one tree."""

    def __init__(self, metadata: FileLink, targets: FileLink | None) -> None:
        self._metadata = metadata
        self._targets = targets

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        link, rest = self._metadata, path.removeprefix(_METADATA)
        if rest == path and self._targets is not None:
            link = self._targets
        with link.open(rest, offset, end) as pieces:
            yield pieces


def main(arguments: Sequence[str]) -> int:
    """One command; 0 when all of it worked, 1 when any part was refused or did not come."""
    given = _parser().parse_args(arguments)
    folder = Path(given.metadata_dir)
    try:
        if given.command == "init":
            (folder / "bootstrap").write_bytes(Path(given.root).read_bytes())
            (folder / "root.json").write_bytes(Path(given.root).read_bytes())
            return 0
        with ExitStack() as links:
            metadata = links.enter_context(HttpLink(given.metadata_url.rstrip("/")))
            base = given.target_base_url
            targets = links.enter_context(HttpLink(base.rstrip("/"))) if base else None
            return _run(given, folder, _Apart(metadata, targets))
    except WaypostError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _run(given: argparse.Namespace, folder: Path, link: FileLink) -> int:
    now = reference_time(Clock(datetime(1970, 1, 1, tzinfo=UTC)), Delivery.LINE)
    trust = Trust(folder, (folder / "bootstrap").read_bytes(), link, now)
    trust.refresh()
    if given.command == "refresh":
        return 0
    arrived = [_download(trust, name, Path(given.target_dir)) for name in given.target_name]
    if not arrived:
        print("download: no --target-name", file=sys.stderr)
    return 0 if arrived and all(arrived) else 1


def _download(trust: Trust, name: str, folder: Path) -> bool:
    """Whether the target is in `folder` now."""
    try:
        content = trust.target(name, most_bytes=_MOST_BYTES)
    except WaypostError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return False
    if content is None:
        print(f"{name}: nothing of this name is signed", file=sys.stderr)
        return False
    file = folder / quote(name, safe="")
    if not file.exists() or file.read_bytes() != content:
        file.write_bytes(content)
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="client")
    parser.add_argument("--metadata-dir", required=True)
    parser.add_argument("--target-name", action="append", default=[])
    for name in ("--metadata-url", "--target-base-url", "--target-dir"):
        parser.add_argument(name, default="")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init").add_argument("root")
    commands.add_parser("refresh")
    commands.add_parser("download")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
