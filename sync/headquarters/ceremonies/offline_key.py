"""One offline key as a file on its own medium, encrypted under its holder's own passphrase.

    <name>.waypost-key   {"format": 1, "name", "role", "holder", "made", "public", "kdf", "nonce", "wrapped"}
    <name>.public        {"format": 1, "name", "role", "made", "public", "signature"}: what is carried to headquarters
    root.json            the newest root that the holder has seen: whoever asks for a signature must come from there

The private key is never anywhere else, and never without its passphrase. Name, role and public key are bound to what is
encrypted, so that no file passes for another. `holder` is for the people of headquarters and is never published.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from data import store_key
from data.durable_files import PUBLIC_MODE, write_durably
from data.errors import Damaged, InputError, NoHome, WrongPassphrase
from data.json_codec import Hexadecimal, decode, encode_canonical, exactly, to_json_value
from data.text import THE_VALUE, _

FORMAT = 1
SUFFIX = ".waypost-key"
NAME_FIELD = "x-waypost-name"
"""A field next to a key in signed metadata: which holder's key it is. Clients ignore it."""
_DOMAIN = b"waypost/offline-key/v1\n"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_MOST_BYTES = 16 * 1024
_MOST_HOLDER = 100


class Role(StrEnum):
    """What an offline key signs."""

    ROOT = "root"
    TARGETS = "targets"


def role_of(name: str) -> Role:
    """The role that a key's name promises: `targets…`, otherwise root."""
    return Role.TARGETS if name.startswith("targets") else Role.ROOT


def published_name(key: Key) -> str:
    """What the holder of a key in signed metadata calls it; empty where nothing, or no text, is there."""
    name = key.unrecognized_fields.get(NAME_FIELD)
    return name if isinstance(name, str) else ""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Everybody may know it."""

    name: str
    role: Role
    public: str
    """Ed25519, hexadecimal."""

    @property
    def key(self) -> SSlibKey:
        """As signed metadata has it."""
        plain = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public)))
        return SSlibKey(plain.keyid, plain.keytype, plain.scheme, plain.keyval, {NAME_FIELD: self.name})


@dataclass(frozen=True, slots=True)
class OfflineKey:
    """A key that its passphrase opened."""

    about: PublicKey
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def signer(self) -> CryptoSigner:
        """Signs metadata."""
        return CryptoSigner(self.private, self.about.key)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key file that has not been opened."""

    path: Path
    about: PublicKey
    holder: str
    made_at: str
    wrapped: store_key.WrappedSecret = field(repr=False)

    def open(self, passphrase: str) -> OfflineKey:
        """The key.

        Raises:
            WrongPassphrase: the passphrase does not open it, or the file was changed.
            Damaged: it cannot be read.
        """
        try:
            seed = store_key.unwrap_secret(self.wrapped, passphrase, _label(self.about))
            private = Ed25519PrivateKey.from_private_bytes(seed)
        except InvalidTag:
            raise WrongPassphrase(
                _("The passphrase does not open {file}", file=self.path.name),
                means=_("It belongs to another key, or the file was changed. Nothing was signed."),
                do=_("Try again; if that fails, use the copy of this medium"),
            ) from None
        except ValueError as error:
            raise _damaged_key_error(self.path) from error
        if private.public_key().public_bytes_raw().hex() != self.about.public:
            raise _damaged_key_error(self.path)
        return OfflineKey(self.about, private)


def create_key(medium: Path, name: str, role: Role, passphrase: str, now: datetime, *, holder: str = "") -> OfflineKey:
    """A new key on `medium`, with its public half in a second file.

    Raises:
        InputError: the name cannot be, the medium is missing or holds a key of this name, or the passphrase cannot be.
    """
    _must_be_free(medium, name)
    private = Ed25519PrivateKey.generate()
    about = PublicKey(name, role, private.public_key().public_bytes_raw().hex())
    key, made_at = OfflineKey(about, private), str(to_json_value(now))
    _write(medium / f"{name}{SUFFIX}", key, passphrase, holder[:_MOST_HOLDER], made_at)
    facts = {"format": FORMAT, "name": name, "role": role, "made": made_at, "public": about.public}
    signature = private.sign(_label(about)).hex()
    write_durably(medium / f"{name}.public", encode_canonical({**facts, "signature": signature}), mode=PUBLIC_MODE)
    return key


def rewrap_key(file: KeyFile, old: str, new: str) -> None:
    """The same key under another passphrase; a power cut leaves the old file or the new one.

    Raises:
        WrongPassphrase: `old` does not open it.
        InputError: the new one cannot be (`data.passphrase`).
    """
    _write(file.path, file.open(old), new, file.holder, file.made_at)


def find_key_files(medium: Path) -> list[KeyFile]:
    """The key files of a medium, by name.

    Raises:
        NoHome: there is no such folder, or no key in it.
        Damaged: one cannot be read.
    """
    files = [_read(path) for path in sorted(medium.glob(f"*{SUFFIX}"))]
    if not files:
        raise NoHome(
            _("There is no key in {folder}", folder=medium), do=_("Check the folder; plug in or mount the medium")
        )
    return files


def read_public(path: Path) -> PublicKey:
    """The public half of a key that its holder brings.

    Raises:
        InputError: it is not a public half, or its writer does not have the private half.
    """
    try:
        content = _read_file(path)
    except OSError as error:
        raise _no_public_half_error(path) from error
    return decode(_PublicFile, content, lambda _why: _no_public_half_error(path), build=_verify, most_bytes=_MOST_BYTES)


@dataclass(frozen=True, slots=True)
class _KeyFacts:
    """What both files of a key say."""

    format: Annotated[int, exactly(FORMAT)]
    name: Annotated[str, Field(pattern=f"^{_NAME.pattern}$")]
    role: Role
    made: str
    public: Annotated[Hexadecimal, Field(min_length=32, max_length=32)]

    @property
    def about(self) -> PublicKey:
        return PublicKey(self.name, self.role, self.public.hex())


@dataclass(frozen=True, slots=True)
class _PublicFile(_KeyFacts):
    signature: Hexadecimal


@dataclass(frozen=True, slots=True)
class _SecretFile(_KeyFacts):
    """Without the wrapped key itself (`data.store_key.WrappedSecret`), which is among its fields."""

    holder: str


def _verify(file: _PublicFile) -> PublicKey:
    try:
        Ed25519PublicKey.from_public_bytes(file.public).verify(file.signature, _label(file.about))
    except InvalidSignature:
        raise ValueError(_("{field} was not signed by the private half of its key", field=THE_VALUE)) from None
    return file.about


def _no_public_half_error(path: Path) -> InputError:
    return InputError(
        _("{path} is not the public half of an offline key", path=path),
        means=_("Nothing was proposed."),
        do=_("Give the .public file that `waypost hq keys make` wrote next to the key"),
    )


def _read(path: Path) -> KeyFile:
    try:
        content = _read_file(path)
    except OSError as error:
        raise _damaged_key_error(path) from error
    file = decode(_SecretFile, content, lambda _why: _damaged_key_error(path), most_bytes=_MOST_BYTES)
    wrapped = decode(store_key.WrappedSecret, content, lambda _why: _damaged_key_error(path), most_bytes=_MOST_BYTES)
    return KeyFile(path, file.about, file.holder[:_MOST_HOLDER], file.made[:40], wrapped)


def _read_file(path: Path) -> bytes:
    """One byte more than a key file has, at most."""
    with path.open("rb") as file:
        return file.read(_MOST_BYTES + 1)


def _label(about: PublicKey) -> bytes:
    return _DOMAIN + encode_canonical(about)


def _write(path: Path, key: OfflineKey, passphrase: str, holder: str, made_at: str) -> None:
    about = key.about
    facts = {"format": FORMAT, "name": about.name, "role": about.role, "made": made_at, "public": about.public}
    wrapped = store_key.wrap_secret(key.private.private_bytes_raw(), passphrase, _label(about))
    write_durably(path, encode_canonical({**facts, "holder": holder, **to_json_value(wrapped)}))


def _must_be_free(medium: Path, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(
            _("{name} is not a valid name for a key", name=repr(name)),
            do=_("Use 1 to 32 lower-case letters, digits and hyphens"),
        )
    if not medium.is_dir():
        raise InputError(
            _("The folder {folder} does not exist", folder=medium),
            do=_("Plug in or mount the medium, or make the folder"),
        )
    if (medium / f"{name}{SUFFIX}").exists():
        raise InputError(
            _("{folder} already has a key called {name}", folder=medium, name=name),
            means=_("That key was not changed."),
            do=_("Choose another name"),
        )


def _damaged_key_error(path: Path) -> Damaged:
    return Damaged(_("{path} is not a key file, or was damaged", path=path), do=_("Use the copy of this medium"))
