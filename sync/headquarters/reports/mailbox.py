"""The age identity to which kits seal what they report, in an encrypted file of its own beside the signing keys.

It signs nothing, so it lies apart from the signing keys: whoever takes in reports needs it, the `kits` key and no more.
"""

from pathlib import Path

import pyrage

from data.errors import NoHome
from data.keys import StoreKey
from data.vault import Vault

FILE_NAME = "mailbox.db"
_IDENTITY = "identity"


class Mailbox:
    """Headquarters' mailbox."""

    def __init__(self, folder: Path, key: StoreKey) -> None:
        self._vault = Vault(folder / FILE_NAME, StoreKey(key.derive("headquarters mailbox")))

    def recipient(self) -> str:
        """Whom kits seal to; made at the first enrolment. The caller holds the home for its change."""
        kept = self._vault.get(_IDENTITY)
        identity = pyrage.x25519.Identity.from_str(kept.decode()) if kept else pyrage.x25519.Identity.generate()
        if kept is None:
            self._vault.put({_IDENTITY: str(identity).encode()})
        return str(identity.to_public())

    def identity(self) -> str:
        """What opens the reports; NoHome when no kit was enrolled that could report."""
        kept = self._vault.get(_IDENTITY)
        if kept is None:
            raise NoHome("No kit of this headquarters can report yet", do="Enrol kits with `waypost hq enrol`")
        return kept.decode()

    def close(self) -> None:
        """Let go of the file."""
        self._vault.close()
