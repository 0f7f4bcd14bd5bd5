"""Headquarters' signing keys: Ed25519, one file for the offline roles, one for the online ones.

A stolen online key must not be able to set its own bounds, so root (2 of 3) and targets live in a file that
can be taken away: publishing goes on without it. Both files are encrypted under the store key.
"""

from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner

from data.errors import Damaged, NoHome
from data.keys import StoreKey
from data.vault import Vault

ROOT_KEYS = ("root-1", "root-2", "root-3")
ROOT_THRESHOLD = 2
OFFLINE = (*ROOT_KEYS, "targets")
ONLINE = ("snapshot", "timestamp", "lists", "kits")


class Keyring:
    """Signers by name: `root-1` … `root-3`, `targets`, `snapshot`, `timestamp`, `lists`, `kits`."""

    def __init__(self, folder: Path, key: StoreKey) -> None:
        self._folder = folder
        self._key = key

    @classmethod
    def create(cls, folder: Path, key: StoreKey) -> "Keyring":
        """New keys for every role."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keyring = cls(folder, key)
        keyring._open("offline").put({name: CryptoSigner.generate_ed25519().private_bytes for name in OFFLINE})
        keyring._open("online").put({name: CryptoSigner.generate_ed25519().private_bytes for name in ONLINE})
        return keyring

    @property
    def has_offline(self) -> bool:
        """Whether root and targets can be signed here."""
        return self._path("offline").exists()

    def signer(self, name: str) -> CryptoSigner:
        """The signer of a role.

        Raises:
            NoHome: the file with the offline keys was taken away.
            Damaged: the key is not there or cannot be read.
        """
        return CryptoSigner(self._private(name))

    def envelope_signer(self) -> Ed25519PrivateKey:
        """The `kits` key, which signs envelopes."""
        return self._private("kits")

    def close(self) -> None:
        """Let go of the files."""
        for name in ("_offline", "_online"):
            if name in self.__dict__:
                getattr(self, name).close()

    @cached_property
    def _offline(self) -> Vault:
        if not self.has_offline:
            raise NoHome(
                "The offline keys are not here", means="Root and policy cannot be signed.", do="Bring the offline keys"
            )
        return self._open("offline")

    @cached_property
    def _online(self) -> Vault:
        return self._open("online")

    def _private(self, name: str) -> Ed25519PrivateKey:
        pem = (self._offline if name in OFFLINE else self._online).get(name)
        private = load_pem_private_key(pem, None) if pem else None
        if not isinstance(private, Ed25519PrivateKey):
            raise Damaged(f"The key {name} of this headquarters is missing", do="Put the key files back from the copy")
        return private

    def _open(self, half: str) -> Vault:
        return Vault(self._path(half), StoreKey(self._key.derive(f"headquarters {half} keys")))

    def _path(self, half: str) -> Path:
        return self._folder / f"{half}.db"
