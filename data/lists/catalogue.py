"""Every list this kit carries, by name, and the secret that they all lie under.

The key of the lists is the store key and a secret together. That secret lies in one small file, sealed under the store
key, that is overwritten in place before it goes: destroying it erases the lists, wherever copies of files are.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from errno import EINVAL, EISDIR, ELOOP, ENOENT, ENOTDIR, ENXIO
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data import durable_files, store_errors
from data.errors import Busy, Damaged, StoreError, WaypostError
from data.json_codec import decode
from data.lists.edition import check_list_name
from data.lists.kinds import KINDS
from data.lists.replica import Companion, Replica
from data.lists.storage.list_witness import ListWitness
from data.store_key import StoreKey
from data.text import _
from data.witness.witness_file import WitnessFile

LIST_SECRET_FILE = "secret"  # noqa: S105  (a file name)
_LIST_SECRET_BYTES, _NONCE_BYTES = 32, 12
_KIND_FILE = "kind.json"
_NO_FILE = frozenset({EINVAL, EISDIR, ELOOP, ENOENT, ENOTDIR, ENXIO})
"""There is no file under its name, or something else than a file."""


@dataclass(frozen=True, slots=True)
class _KindNote:
    """What is in the file beside a list's own."""

    kind: str


class Catalogue:
    """The folder `lists/` of a kit. `companions`, by kind of list: what makes the file beside each new base."""

    def __init__(
        self,
        folder: Path,
        key: StoreKey,
        companions: Mapping[str, Companion] | None = None,
        witness: WitnessFile | None = None,
    ) -> None:
        self._folder = folder
        self._witness = witness
        self._key = key
        self._open: dict[str, Replica] = {}
        self._companions = companions or {}

    def names(self) -> list[str]:
        """Names of the lists that are here, sorted."""
        if not self._folder.exists():
            return []
        return sorted(path.parent.name for path in self._folder.glob(f"*/{_KIND_FILE}"))

    def __iter__(self) -> Iterator[Replica]:
        return (self.open(name) for name in self.names())

    def open(self, name: str) -> Replica:
        """A list that is here. Opened once; every caller gets the same."""
        if name not in self._open:
            replica = Replica(self._folder / check_list_name(name), self._kind_of(name), self._key, self._witness)
            replica.companion = self._companions.get(replica.kind)
            self._open[name] = replica
        return self._open[name]

    def add(self, name: str, kind: str) -> Replica:
        """The list `name`, made empty when it is not here yet. Damaged where what is here says another kind."""
        note = self._folder / check_list_name(name) / _KIND_FILE
        with durable_files.translate_os_errors():
            if not note.parent.is_dir():
                durable_files.remove(note.parent)
                durable_files.make_folder(note.parent)
            if not note.exists():
                durable_files.remove(note)  # a link that leads nowhere
                durable_files.write_durably(note, json.dumps({"kind": kind}).encode())
        if self._kind_of(name) != kind:  # a list has one kind for ever
            raise self._make_damaged_error(name)
        return self.open(name)

    def needs_new_files(self, name: str, error: WaypostError) -> bool:
        """Whether a list that raised this when it was opened or read has to be fetched again: waiting would not help.

        For the courier: it reads the files, which takes this process's locks from those that it has open.
        """
        if isinstance(error, Damaged) or not isinstance(error, StoreError) or isinstance(error, Busy):
            return isinstance(error, Damaged)
        if store_errors.is_of_content(error.__cause__):
            return True
        folder = self._folder / check_list_name(name)
        return not folder.is_dir() or any(durable_files.is_faulty(path) for path in folder.iterdir())

    def discard(self, name: str) -> None:
        """Forget a list whose files can no longer be used, so that it can be fetched again."""
        if name in self._open:
            self._open.pop(name).close()
        ListWitness(name, self._witness).discard()
        folder = self._folder / check_list_name(name)
        durable_files.erase(folder, self._folder.parent)
        durable_files.remove(folder)

    def close(self) -> None:
        """Let go of every file."""
        for replica in self._open.values():
            replica.close()
        self._open.clear()

    def _kind_of(self, name: str) -> str:
        try:
            content = durable_files.read_regular(self._folder / name / _KIND_FILE)
        except OSError as error:
            raise self._make_damaged_error(name) from error
        kind = decode(_KindNote, content, lambda _why: self._make_damaged_error(name)).kind
        if kind not in KINDS:
            raise self._make_damaged_error(name)
        return kind

    def _make_damaged_error(self, name: str) -> Damaged:
        return Damaged(
            _("The list {name} cannot be opened", name=name), do=_("Run `waypost courier run` to fetch it again")
        )


def load_lists_key(folder: Path, key: StoreKey) -> StoreKey:
    """The key of the lists in `folder`; a secret is made where there is none that can be read."""
    path = folder / LIST_SECRET_FILE
    with durable_files.translate_os_errors():
        secret = _read_list_secret(path, key)
        if secret is None:  # none yet, or one that nobody can read any more, nor any list under it
            secret = _make_list_secret(path, key)
    return StoreKey(sha256(b"waypost lists\n" + key.derive("lists") + secret).digest())


def destroy_list_secret(folder: Path) -> None:
    """Overwrite the secret, then remove it. Does nothing where there is none."""
    path = folder / LIST_SECRET_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in _NO_FILE:
            return
        raise
    with os.fdopen(descriptor, "wb") as file:
        file.write(token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    durable_files.erase(path, folder.parent)
    durable_files.sync_folder(folder)


def _read_list_secret(path: Path, key: StoreKey) -> bytes | None:
    try:
        content = durable_files.read_regular(path)
        return _list_secret_cipher(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError):
        return None
    except OSError as error:
        if error.errno in _NO_FILE:
            return None
        raise


def _make_list_secret(path: Path, key: StoreKey) -> bytes:
    """Two processes may try at once: the first to link it wins."""
    if not path.parent.is_dir():
        durable_files.remove(path.parent)
        durable_files.make_folder(path.parent)
    nonce, secret = token_bytes(_NONCE_BYTES), token_bytes(_LIST_SECRET_BYTES)
    new = path.with_name(f".{LIST_SECRET_FILE}.{token_bytes(8).hex()}.new")
    durable_files.write_durably(new, nonce + _list_secret_cipher(key).encrypt(nonce, secret, None))
    if _read_list_secret(path, key) is None:
        durable_files.remove(path)
    try:
        path.hardlink_to(new)
    except FileExistsError:
        secret = _read_list_secret(path, key) or secret
    finally:
        new.unlink()
        durable_files.sync_folder(path.parent)
    return secret


def _list_secret_cipher(key: StoreKey) -> AESGCM:
    return AESGCM(key.derive("lists secret"))
