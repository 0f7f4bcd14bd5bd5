"""The folder of headquarters and everything in it, opened with one passphrase.

keys.json (wrapped store key) · hq.db (records, published rows, kits) · reports.db (what kits report) · keys/ (online
signing keys, mailbox) · public/ (the static tree that kits read) · making/ (files on their way into the tree) ·
ceremonies.txt (what was done with offline keys) · offline/ (only until they are carried away: the offline keys of a
headquarters made in short form)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from data import durable_files, store_key
from data.errors import Damaged, InputError, NoHome
from data.homes import HEADQUARTERS_STORE, HomeKind, refuse_other_home
from data.store_key import StoreKey
from data.text import _
from sync.headquarters.keyring import Keyring, Mailbox
from sync.headquarters.store.database import RESTORE, HeadquartersStore
from sync.headquarters.store.migration import RECORDS, REPORTS

REPORTS_FILE = "reports.db"
_KEYS = "keys"


class HeadquartersHome:
    """One headquarters' files.

    headquarters = HeadquartersHome.open(Path("hq"), "a sentence")
    with headquarters.changing(), headquarters.store.transaction() as connection:
        names = [entry.name for entry in all_lists(connection)]
    headquarters.close()
    """

    def __init__(self, path: Path, key: StoreKey) -> None:
        self.path = path
        self._key = key

    @classmethod
    def create(cls, path: Path, passphrase: str) -> "HeadquartersHome":
        """An empty home in `path`, which must be empty or absent; `founding` makes a headquarters of it."""
        if path.exists() and any(path.iterdir()):
            raise InputError(
                _("{path} is not empty", path=path), means=_("Nothing was changed."), do=_("Choose an empty folder")
            )
        durable_files.make_private_folder(path)
        key = store_key.create_store_key(path, passphrase)
        Keyring.create(path / _KEYS, key).close()
        home = cls(path, key)
        home.store.close()
        return home

    @classmethod
    def open(cls, path: Path, passphrase: str) -> "HeadquartersHome":
        """Open the headquarters in `path`.

        Raises:
            InputError: it is a kit.
            NoHome: there is no headquarters here.
            Damaged: it has lost its store.
            WrongPassphrase: the passphrase does not open it.
        """
        refuse_other_home(path, HomeKind.HEADQUARTERS)
        key = store_key.unlock_store_key(path, passphrase)
        if not (path / HEADQUARTERS_STORE).exists():
            if (path / _KEYS).exists():
                raise Damaged(
                    _("{name} is missing in {folder}", name=HEADQUARTERS_STORE, folder=path),
                    means=_("Without it, this headquarters cannot work."),
                    do=RESTORE,
                )
            raise NoHome(
                _("There is no headquarters in {folder}", folder=path),
                do=_("Check --home, or make one in an empty folder with `waypost hq init`"),
            )
        for folder in (path, path / _KEYS):
            durable_files.close_to_others(folder)
        return cls(path, key)

    @cached_property
    def store(self) -> HeadquartersStore:
        """Records, published rows, kits."""
        return HeadquartersStore(self.path / HEADQUARTERS_STORE, self._key.derive("headquarters store"), RECORDS)

    @cached_property
    def reports(self) -> HeadquartersStore:
        """What kits report."""
        return HeadquartersStore(self.path / REPORTS_FILE, self._key.derive("headquarters reports"), REPORTS)

    @cached_property
    def mailbox(self) -> Mailbox:
        """Opens what kits report."""
        return Mailbox(self.path / _KEYS, self._key)

    @cached_property
    def keyring(self) -> Keyring:
        """Signing keys."""
        return Keyring(self.path / _KEYS, self._key)

    @property
    def public(self) -> Path:
        """The static tree."""
        return public_folder(self.path)

    @property
    def offline(self) -> Path:
        """Where the short form leaves the offline keys; absent once they were carried away."""
        return offline_folder(self.path)

    @property
    def making(self) -> Path:
        """Files on their way; on the same file system as the tree, and never served."""
        folder = self.path / "making"
        folder.mkdir(exist_ok=True, mode=durable_files.PRIVATE_FOLDER_MODE)
        return folder

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the home for one change; Busy when another process has it."""
        with durable_files.hold_lock(self.path / "hq.lock", _("changing this headquarters")):
            yield

    def close(self) -> None:
        """Let go of every file."""
        for name in ("store", "reports", "keyring", "mailbox"):
            if name in self.__dict__:
                getattr(self, name).close()


def public_folder(home: Path) -> Path:
    """The static tree of the headquarters in `home`; needs no passphrase."""
    return home / "public"


def offline_folder(home: Path) -> Path:
    """Where the offline keys of a headquarters without media lie."""
    return home / "offline"
