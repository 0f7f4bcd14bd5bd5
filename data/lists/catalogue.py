"""Every list this kit carries, by name, and the secret that they all lie under.

The key of the lists is the store key and a secret together. That secret lies in one small file, sealed under the store
key, that is overwritten in place before it goes: destroying it erases the lists, wherever copies of files are.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data import durable_files
from data.errors import Damaged
from data.json_codec import decode
from data.lists.edition import check_list_name
from data.lists.replica import Companion, Replica
from data.lists.storage.list_witness import ListWitness
from data.store_key import StoreKey
from data.text import _
from data.witness.witness_file import WitnessFile

LIST_SECRET_FILE = "secret"  # noqa: S105  (a file name)
_LIST_SECRET_BYTES, _NONCE_BYTES = 32, 12
_KIND_FILE = "kind.json"


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
        """The list `name`, made empty when it is not here yet."""
        note = self._folder / check_list_name(name) / _KIND_FILE
        if not note.exists():
            with durable_files.translate_os_errors():
                durable_files.make_folder(note.parent)
                durable_files.write_durably(note, json.dumps({"kind": kind}).encode())
        return self.open(name)

    def discard(self, name: str) -> None:
        """Forget a list whose files can no longer be used, so that it can be fetched again."""
        if name in self._open:
            self._open.pop(name).close()
        ListWitness(name, self._witness).discard()
        shutil.rmtree(self._folder / check_list_name(name))

    def close(self) -> None:
        """Let go of every file."""
        for replica in self._open.values():
            replica.close()
        self._open.clear()

    def _kind_of(self, name: str) -> str:
        def refuse(_why: object) -> Damaged:
            return Damaged(
                _("The list {name} cannot be opened", name=name), do=_("Run `waypost courier run` to fetch it again")
            )

        try:
            content = (self._folder / name / _KIND_FILE).read_bytes()
        except OSError as error:
            raise refuse(error) from error
        return decode(_KindNote, content, refuse).kind


def load_lists_key(folder: Path, key: StoreKey) -> StoreKey:
    """The key of the lists in `folder`; a secret is made where there is none that can be read."""
    path = folder / LIST_SECRET_FILE
    secret = _read_list_secret(path, key)
    if secret is None:  # none yet, or one that nobody can read any more, nor any list under it
        secret = _make_list_secret(path, key)
    return StoreKey(sha256(b"waypost lists\n" + key.derive("lists") + secret).digest())


def destroy_list_secret(folder: Path) -> None:
    """Overwrite the secret, then remove it. Does nothing where there is none."""
    path = folder / LIST_SECRET_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    durable_files.sync_folder(folder)


def _read_list_secret(path: Path, key: StoreKey) -> bytes | None:
    try:
        content = path.read_bytes()
        return _list_secret_cipher(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None)
    except (FileNotFoundError, InvalidTag, ValueError):
        return None


def _make_list_secret(path: Path, key: StoreKey) -> bytes:
    """Two processes may try at once: the first to link it wins."""
    durable_files.make_folder(path.parent)
    nonce, secret = token_bytes(_NONCE_BYTES), token_bytes(_LIST_SECRET_BYTES)
    new = path.with_name(f".{LIST_SECRET_FILE}.{token_bytes(8).hex()}.new")
    durable_files.write_durably(new, nonce + _list_secret_cipher(key).encrypt(nonce, secret, None))
    if _read_list_secret(path, key) is None:
        path.unlink(missing_ok=True)
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
