"""A TUF repository that a test turns hostile, served on loopback.

Each role is plain metadata that a test may change at will; what is served is signed when it is asked for, by whoever
the test names. `publish` does what an honest repository does: it raises the versions and lets snapshot and timestamp
follow.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from tests.support.waiting import GUARD_S

TOP = ("root", "timestamp", "snapshot", "targets")
Answer = bytes | int | Iterator[bytes]
"""What the server gives: content, a status of HTTP, or bytes without an end."""


class Repository:
    """Metadata and targets, as a test wants them."""

    def __init__(self) -> None:
        expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
        self.root = Root(expires=expires)
        self.timestamp = Timestamp(expires=expires)
        self.snapshot = Snapshot(expires=expires)
        self.roles: dict[str, Targets] = {"targets": Targets(expires=expires)}
        self.signers: dict[str, list[CryptoSigner]] = {}
        self.roots: list[bytes] = []
        self.content: dict[str, bytes] = {}
        self.hashes_in_meta = False
        self.asked: list[str] = []
        self.instead: dict[str, Callable[[], Answer]] = {}
        """Path to what is served instead of what should be."""
        for role in TOP:
            self.add_key(role)
        self.publish_root()
        self.refer()

    # ── what an honest repository does ───────────────────────────────────────────────────────────────────

    def add_key(self, role: str) -> CryptoSigner:
        """Another key for a top-level role."""
        signer = CryptoSigner.generate_ed25519()
        self.root.add_key(signer.public_key, role)
        self.signers.setdefault(role, []).append(signer)
        return signer

    def rotate(self, role: str) -> None:
        """One new key instead of all there are."""
        for signer in self.signers.pop(role):
            self.root.revoke_key(signer.public_key.keyid, role)
        self.add_key(role)

    def publish_root(self, signers: list[CryptoSigner] | None = None) -> None:
        """The root as it is now becomes the next version."""
        self.root.version = len(self.roots) + 1
        self.roots.append(signed(self.root, signers if signers is not None else self.signers["root"]))

    def delegate(self, name: str, paths: list[str], *, by: str = "targets", terminating: bool = False) -> CryptoSigner:
        """A delegated role with one key."""
        signer = CryptoSigner.generate_ed25519()
        parent = self.roles[by]
        role = DelegatedRole(name, [signer.public_key.keyid], 1, terminating, paths)
        if parent.delegations is None:
            parent.delegations = Delegations({}, {})
        assert parent.delegations.roles is not None
        parent.delegations.roles[name] = role
        parent.delegations.keys[signer.public_key.keyid] = signer.public_key
        self.roles[name] = Targets(expires=parent.expires)
        self.signers[name] = [signer]
        return signer

    def add_target(self, path: str, content: bytes, role: str = "targets") -> None:
        """A file that a role vouches for."""
        target = TargetFile.from_data(path, content, ["sha256"])
        self.roles[role].targets[path] = target
        folder, slash, name = path.rpartition("/")
        self.content[f"{folder}{slash}{target.hashes['sha256']}.{name}"] = content

    def publish(self, *roles: str) -> None:
        """New versions of these roles (default: targets), and whatever leads to them."""
        for role in roles or ("targets",):
            self.roles[role].version += 1
        self.snapshot.version += 1
        self.timestamp.version += 1
        self.refer()

    def refer(self) -> None:
        """Snapshot and timestamp name what is there."""
        self.snapshot.meta = {
            f"{role}.json": self._meta(targets.version, lambda role=role: self._targets(role))  # type: ignore[misc]
            for role, targets in self.roles.items()
        }
        self.timestamp.snapshot_meta = self._meta(self.snapshot.version, self._snapshot)

    # ── what is served ───────────────────────────────────────────────────────────────────────────────────

    def answer(self, path: str) -> Answer:
        """The content at `metadata/…` or `targets/…`, or a status."""
        self.asked.append(path)
        if path in self.instead:
            return self.instead[path]()
        folder, _, name = path.partition("/")
        if folder == "targets":
            return self.content.get(name, 404)
        if name == "timestamp.json":
            return signed(self.timestamp, self.signers["timestamp"])
        number, _, role = name.removesuffix(".json").partition(".")
        if role == "root":
            return self.roots[int(number) - 1] if 0 < int(number) <= len(self.roots) else 404
        if role == "snapshot":
            return self._snapshot()
        return self._targets(role) if role in self.roles else 404

    def _snapshot(self) -> bytes:
        return signed(self.snapshot, self.signers["snapshot"])

    def _targets(self, role: str) -> bytes:
        return signed(self.roles[role], self.signers[role])

    def _meta(self, version: int, content: Callable[[], bytes]) -> MetaFile:
        return MetaFile.from_data(version, content(), ["sha256"]) if self.hashes_in_meta else MetaFile(version)


def signed(content: Signed, signers: list[CryptoSigner]) -> bytes:
    """Metadata as it is served."""
    metadata = Metadata(content)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes(JSONSerializer())


@contextmanager
def served(repository: Repository) -> Iterator[str]:
    """The repository on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = repository.answer(self.path.lstrip("/"))
            self.send_response(answer if isinstance(answer, int) else 200)
            if isinstance(answer, bytes):
                self.send_header("content-length", str(len(answer)))
            self.end_headers()
            for piece in [answer] if isinstance(answer, bytes) else answer if not isinstance(answer, int) else []:
                try:
                    self.wfile.write(piece)
                except OSError:
                    return  # whoever asked has had enough

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # so that closing it waits for them
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(GUARD_S)
        server.server_close()
