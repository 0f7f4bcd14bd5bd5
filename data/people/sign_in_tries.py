"""Wrong tries of signing in: five lock a person on this kit, twenty lock the kit.

- A try is counted durably before it is made, and taken back where it was right: a process that is killed in between
  has counted it. A right one takes back the tries of that person only.
- The counts are in the vault and in a file outside the home, under a version that rises with each change. The higher
  version counts: a restart, a kill, or a home that was put back from a copy resets nothing. Who puts back the home and
  puts back, removes or hides the file resets both; only a counter in a TPM would notice.
- The file is authenticated by a key of the home. Where it is missing or was changed, the vault counts alone.
- A number that nobody has is counted like any other: nobody learns which numbers exist. Numbers are kept as keyed
  hashes: somebody may type a PIN in the place of a number.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from hashlib import sha256
from hmac import compare_digest, new
from pathlib import Path
from typing import Annotated

from pydantic import Field

from data import durable_files
from data.errors import Denied, StoreError
from data.json_codec import Hexadecimal, decode_or_none, encode_canonical
from data.kit.home import ENROLMENT, KitHome
from data.kit.vault import Vault
from data.log.error_log import log_error
from data.text import Message, _, plural

MOST_OF_A_PERSON = 5
MOST_OF_A_KIT = 20
MOST_NUMBERS = 500
"""Numbers with an entry of their own: far more than a kit takes before it is locked."""
MOST_KEPT_LOCKED = 400
"""Locked numbers that stay locked when the kit is unlocked, the latest."""
RADIO = "*RADIO"
"""In place of a service number, which it cannot be: wrong codes of headquarters are counted under it."""
_TRIES = "sign-in-tries"
"""Vault: the counts."""
_Count = Annotated[int, Field(ge=0)]


class SignInLocked(Denied):
    """Too many wrong tries, of this person or on this kit."""


@dataclass(frozen=True, slots=True)
class TryCounts:
    """All counts of a kit: wrong tries since they were last taken back."""

    version: _Count = 0
    """Rises with every change."""
    kit: _Count = 0
    people: Annotated[dict[str, _Count], Field(max_length=2 * MOST_NUMBERS)] = field(default_factory=dict)
    """By keyed hash of the service number; who has none is not in it."""

    def of(self, number: str) -> int:
        """The count of one entry."""
        return self.people.get(number, 0)

    def newer(self, other: "TryCounts | None") -> "TryCounts":
        """The counts that were written later."""
        return other if other is not None and other.version > self.version else self

    def add(self, number: str) -> "TryCounts":
        """One more try of this person."""
        return TryCounts(self.version + 1, self.kit + 1, {**self.people, number: self.of(number) + 1})

    def forgive(self, number: str) -> "TryCounts":
        """No tries of this person, here or in the kit's count."""
        others = {each: count for each, count in self.people.items() if each != number}
        return TryCounts(self.version + 1, max(0, self.kit - self.of(number)), others)

    def forgive_kit(self) -> "TryCounts":
        """None in the kit's count; people without a try left stay locked, and everybody else has all again."""
        locked = {number: count for number, count in self.people.items() if count >= MOST_OF_A_PERSON}
        return TryCounts(self.version + 1, 0, dict(list(locked.items())[-MOST_KEPT_LOCKED:]))


@dataclass(frozen=True, slots=True)
class _TriesFile:
    """The file outside the home."""

    counts: TryCounts
    mac: Annotated[Hexadecimal, Field(min_length=32, max_length=32)]


class SignInTries:
    """The wrong tries of one kit. Safe among processes."""

    def __init__(self, vault: Vault, file: Path, key: bytes) -> None:
        self._vault = vault
        self._file = file
        self._key = key

    def begin(self, number: str, *, kit_lock_counts: bool = True) -> None:
        """Count a try before it is made. Without `kit_lock_counts` a locked kit is no hindrance: to unlock it.

        Raises:
            SignInLocked: the person or the kit has no try left; nothing was counted.
            StoreError: it cannot be counted; then nothing may be tried.
        """
        entry = self._entry(number)

        def count(counts: TryCounts) -> TryCounts:
            _must_have_try(counts, entry, number, kit_lock_counts=kit_lock_counts)
            return counts.add(entry)

        self._change(count)

    def succeed(self, number: str) -> None:
        """The try that was counted last was right: the person has no wrong ones any more."""
        self._change(lambda counts: counts.forgive(self._entry(number)))

    def unlock_person(self, number: str) -> None:
        """The person has all tries again."""
        self.succeed(number)

    def unlock_kit(self) -> None:
        """The kit has all tries again; who is locked stays so."""
        self._change(TryCounts.forgive_kit)

    def forgive_after_reset(self, numbers: Iterable[str]) -> None:
        """Headquarters gave these people new PINs: they, its radio codes and the kit have all tries again."""
        entries = [self._entry(number) for number in (*numbers, RADIO)]

        def forgive(counts: TryCounts) -> TryCounts:
            for entry in entries:
                counts = counts.forgive(entry)
            return counts.forgive_kit()

        self._change(forgive)

    def read(self) -> TryCounts:
        """The counts as they are now."""
        return self._merge(self._vault.get(_TRIES))

    def left(self, number: str) -> int:
        """How many tries this person has left."""
        return max(0, MOST_OF_A_PERSON - self.read().of(self._entry(number)))

    @property
    def is_kit_locked(self) -> bool:
        """Whether nobody can sign in here before two people unlock the kit."""
        return self.read().kit >= MOST_OF_A_KIT

    def find_locked(self, numbers: Iterable[str]) -> frozenset[str]:
        """Those of these service numbers that have no try left."""
        counts = self.read()
        return frozenset(number for number in numbers if counts.of(self._entry(number)) >= MOST_OF_A_PERSON)

    def _entry(self, number: str) -> str:
        return new(self._key, b"number " + number.encode(), sha256).hexdigest()[:16]

    def _change(self, changed: Callable[[TryCounts], TryCounts]) -> None:
        after = TryCounts()

        def change(content: bytes | None) -> bytes:
            nonlocal after
            after = changed(self._merge(content))
            return encode_canonical(after)

        self._vault.change(_TRIES, change)
        self._write_file(after)

    def _merge(self, content: bytes | None) -> TryCounts:
        counts = decode_or_none(TryCounts, content) if content else None
        return (counts or TryCounts()).newer(self._read_file())

    def _read_file(self) -> TryCounts | None:
        try:
            content = durable_files.read_regular(self._file)
        except FileNotFoundError:
            return None
        except OSError as error:
            log_error(error)
            return None
        file = decode_or_none(_TriesFile, content)
        is_ours = file is not None and compare_digest(file.mac, self._compute_mac(file.counts))
        return file.counts if file and is_ours else None

    def _write_file(self, counts: TryCounts) -> None:
        """What cannot be written outside the home is in the vault all the same."""
        try:
            durable_files.make_private_folder(self._file.parent)
            with durable_files.open_lock(self._file.with_suffix(".lock")) as lock:
                flock(lock, LOCK_EX)
                newest = counts.newer(self._read_file())
                file = _TriesFile(newest, self._compute_mac(newest))
                durable_files.write_durably(self._file, encode_canonical(file))
        except (OSError, StoreError) as error:
            log_error(error)

    def _compute_mac(self, counts: TryCounts) -> bytes:
        return new(self._key, encode_canonical(counts), sha256).digest()


def _must_have_try(counts: TryCounts, entry: str, number: str, *, kit_lock_counts: bool) -> None:
    if counts.of(entry) >= MOST_OF_A_PERSON:
        raise _locked(
            _("{number} is locked on this kit after {most} wrong tries", number=number, most=MOST_OF_A_PERSON),
            _("Ask a supervisor to unlock: `waypost people unlock {number}`", number=number),
        )
    if kit_lock_counts and counts.kit >= MOST_OF_A_KIT:
        raise _locked(
            _("This kit is locked after {most} wrong tries", most=MOST_OF_A_KIT),
            _("Ask a supervisor to unlock it: `waypost people unlock --kit`"),
        )
    if kit_lock_counts and entry not in counts.people and len(counts.people) >= MOST_NUMBERS:
        raise _locked(
            _("Too many different service numbers were tried on this kit"),
            _("Ask a supervisor to unlock it: `waypost people unlock --kit`"),
        )


def _locked(what: Message, do: Message) -> SignInLocked:
    return SignInLocked(what, means=_("Nobody was signed in."), do=do)


def describe_tries_left(left: int) -> Message:
    """`2 tries left, then a supervisor unlocks`."""
    if not left:
        return _("No try is left: a supervisor unlocks")
    return plural("{count} try left, then a supervisor unlocks", "{count} tries left, then a supervisor unlocks", left)


def tries_of(home: KitHome) -> SignInTries:
    """The tries of an open kit."""
    kit = home.vault.get(ENROLMENT) or home.settings.kit.encode()
    return SignInTries(home.vault, tries_file(kit, os.environ), home.derive_key("sign-in-tries"))


def tries_file(kit: bytes, environment: Mapping[str, str]) -> Path:
    """Where the counts of a kit are outside its home: `$XDG_STATE_HOME/waypost/`, of the user who runs it.

    `kit` is what is this kit's alone: its enrolment.
    """
    state = environment.get("XDG_STATE_HOME") or str(Path(environment.get("HOME") or "/var/lib") / ".local" / "state")
    return Path(state) / "waypost" / f"{sha256(kit).hexdigest()[:16]}.tries"
