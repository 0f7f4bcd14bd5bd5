"""The folder of one kit and everything in it, opened with one passphrase.

`data.kit.home_files` says what lies where.
"""

from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from data import durable_files, store, store_key
from data.durable_files import close_to_others, make_private_folder
from data.errors import InputError, SettingsError
from data.homes import must_be_kit
from data.journal.journal import JOURNAL_FILE, Journal
from data.json_codec import decode_or_none
from data.kit import home_files
from data.kit.disk_space import DiskReserve
from data.kit.settings import SETTINGS_FILE, Settings
from data.kit.vault import Vault
from data.lists.catalogue import Catalogue, load_lists_key
from data.lists.replica import Companion
from data.store_key import StoreKey
from data.text import _
from data.witness.witness_file import WitnessFile

ENROLMENT = "enrolment"
"""Vault: the content of the enrolment file."""
_LONG_CHAINS = ("desk", "courier", "technician")
_SCREENING_CHAINS = ("desk", "check")


class _EnrolledKit(BaseModel):
    """What of an enrolment says whose it is."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    kit: str


class KitHome:
    """One kit's files. `chain` names the writing process in the audit: desk, courier, check, technician."""

    def __init__(self, path: Path, key: StoreKey, chain: str) -> None:
        self.path = path
        self._key = key
        self._chain = chain
        self.companions: dict[str, Companion] = {}
        """By kind of list: what makes the file beside each new base."""
        self.compared_s: float | None = None
        """When the files were last compared with what they record of each other, by the monotonic clock."""
        self._may_exclude_others = chain in _SCREENING_CHAINS
        if self._may_exclude_others:
            store.allow_exclusive(path)

    @classmethod
    def open(cls, path: Path, passphrase: str, chain: str) -> "KitHome":
        """Open the kit in `path`.

        Raises:
            InputError: it is a headquarters.
            NoHome: there is no kit here.
            Damaged: its kit.toml is missing, or its keys cannot be read.
            WrongPassphrase: the passphrase does not open it.
        """
        if not (path / SETTINGS_FILE).exists():
            must_be_kit(path)  # says what else the folder is
        return cls.open_unlocked(path, store_key.unlock_store_key(path, passphrase), chain)

    @classmethod
    def open_unlocked(cls, path: Path, key: StoreKey, chain: str) -> "KitHome":
        """Open the kit in `path` with its store key."""
        close_to_others(path)
        DiskReserve(path).make_room()  # SQLite needs some to open a database
        return cls(path, key, chain)

    @classmethod
    def create(cls, path: Path, passphrase: str, settings: Settings) -> "KitHome":
        """A new kit in `path`, which must be empty or absent."""
        if path.exists() and any(path.iterdir()):
            raise InputError(
                _("{path} is not empty", path=path), means=_("Nothing was changed."), do=_("Choose an empty folder")
            )
        make_private_folder(path)
        settings.save(path / SETTINGS_FILE)
        home = cls(path, store_key.create_store_key(path, passphrase), "technician")
        home.__dict__["vault"] = home._open_vault(new=True)
        return home

    def reopen(self) -> "KitHome":
        """The same kit opened again without the passphrase, with kit.toml and every file as they are now."""
        again = KitHome(self.path, self._key, self._chain)
        again.companions.update(self.companions)
        return again

    @cached_property
    def settings(self) -> Settings:
        """kit.toml; SettingsError where it gives another name than the enrolment does.

        What the kit shows and reports would be in the name of another kit.
        """
        settings = Settings.load(self.path / SETTINGS_FILE)
        stored = self.vault.get(ENROLMENT)
        enrolment = decode_or_none(_EnrolledKit, stored) if stored else None
        if enrolment and enrolment.kit != settings.kit:
            raise SettingsError(
                _(
                    "kit.toml calls this kit {name}, but it was enrolled as {enrolled}",
                    name=settings.kit,
                    enrolled=enrolment.kit,
                ),
                means=_("Headquarters knows it by that name only; nothing is screened or reported under another one."),
                do=_('Set kit = "{enrolled}" in kit.toml', enrolled=enrolment.kit),
            )
        return settings

    @cached_property
    def witness(self) -> WitnessFile:
        """What the other files of this kit record of each other."""
        return WitnessFile(self.path, self._key)

    @cached_property
    def vault(self) -> Vault:
        """Small secrets."""
        return self._open_vault(new=False)

    def derive_key(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from the key of this kit's files."""
        return self._key.derive(purpose)

    def _open_vault(self, *, new: bool) -> Vault:
        return Vault(self.path / home_files.VAULT.path, self._key, self.witness, new=new)

    @cached_property
    def journal(self) -> Journal:
        """What this kit saw and did."""
        return Journal(self.path / JOURNAL_FILE, self._key, self._chain, self.witness)

    @cached_property
    def lists(self) -> Catalogue:
        """The lists that this kit carries."""
        folder = self.path / home_files.LISTS.path
        return Catalogue(folder, load_lists_key(folder, self._key), self.companions, self.witness)

    def close_lists(self) -> None:
        """Close the files of every list; the next access opens them again."""
        if "lists" in self.__dict__:
            self.lists.close()
            del self.__dict__["lists"]

    @property
    def trust(self) -> Path:
        """Signed metadata as it came."""
        return durable_files.ensure_folder(self.path / home_files.TRUST.path)

    @property
    def staging(self) -> Path:
        """Downloads on their way; ciphertext only."""
        return durable_files.ensure_folder(self.path / home_files.STAGING.path)

    def close(self) -> None:
        """Let go of every file.

        A process that works for long leaves a witness file that a power cut does not take back.
        """
        if self._chain in _LONG_CHAINS and "journal" in self.__dict__:
            self.witness.sync()
        for name in ("vault", "journal", "lists"):
            if name in self.__dict__:
                getattr(self, name).close()
        if self._may_exclude_others:
            store.forbid_exclusive(self.path)
            self._may_exclude_others = False
