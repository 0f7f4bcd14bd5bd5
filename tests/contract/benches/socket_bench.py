"""The example plug-in of docs/examples, installed as a package would be, and its vendor's service."""

import shutil
import socket
import sys
from importlib import invalidate_caches
from pathlib import Path
from tempfile import mkdtemp

from tests.contract.benches.port import Peer

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "vendor-reader"


class SocketBench(Peer):
    scheme = "vendor"
    channel = "its vendor's local socket"
    openings = 3

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        info = folder / "site" / "waypost_vendor_reader-1.0.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: waypost-vendor-reader\nVersion: 1.0.0\n")
        (info / "entry_points.txt").write_text("[waypost.drivers]\nvendor = vendor_reader\n")
        self.added = [str(folder / "site"), str(EXAMPLE)]
        sys.path[:0] = self.added
        invalidate_caches()
        # A socket's name has at most 107 bytes, fewer than some names of temporary folders.
        self.short = Path(mkdtemp(prefix="wp"))
        (folder / "dev").mkdir()
        (folder / "dev" / "vendor").symlink_to(self.short)
        self.path = self.short / "page.sock"
        self.line: socket.socket | None = None
        self.listener: socket.socket | None = None

    def plug_in(self) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen()
        self.listener.setblocking(False)

    def pull_out(self) -> None:
        for descriptor in (self.listener, self.line):
            if descriptor is not None:
                descriptor.close()
        self.listener = self.line = None
        self.path.unlink(missing_ok=True)

    def is_open(self) -> bool:
        if self.line is None and self.listener is not None:
            try:
                self.line = self.listener.accept()[0]
            except BlockingIOError:
                return False
        return self.line is not None

    def send(self, data: bytes) -> None:
        assert self.line is not None
        try:
            self.line.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def url(self) -> str:
        return f"vendor://{self.folder / 'dev' / 'vendor' / self.path.name}"

    def clear(self) -> None:
        super().clear()
        shutil.rmtree(self.short)
        for path in self.added:
            sys.path.remove(path)
        sys.modules.pop("vendor_reader", None)
