"""A headquarters whose four offline keys lie on four media, and the people who hold them."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Root

from data.clock import read_system_time
from sync.headquarters.ceremonies import offline_key
from sync.headquarters.ceremonies.ceremony import accept_request
from sync.headquarters.ceremonies.founding import OFFLINE_KEY_NAMES, Medium
from sync.headquarters.ceremonies.offline_key import OfflineKey, PublicKey, Role
from sync.headquarters.ceremonies.proposal import ProposedChanges, propose
from sync.headquarters.ceremonies.signing import must_be_ours, remember_root, sign_request
from sync.headquarters.ceremonies.signing_request import SigningRequest, read_request, write_request
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.publisher import found_headquarters, publish
from sync.headquarters.store import metadata_in_force
from tests.support.deployment import PASSPHRASE, Deployment

_MEDIA = "media"


def words_of(name: str) -> str:
    """The passphrase of a key's holder."""
    return f"{name} crosses the river"


class Held(Deployment):
    """A deployment whose offline keys are with their holders, whose media are copied from beside `founded`."""

    def __init__(self, folder: Path, founded: Path | None = None) -> None:
        if founded:
            shutil.copytree(founded.parent / _MEDIA, folder / _MEDIA)
        super().__init__(folder, founded)

    def found(self, path: Path) -> HeadquartersHome:
        media = [Medium(self.medium(name), words_of(name), holder=f"Holder of {name}") for name in OFFLINE_KEY_NAMES]
        return found_headquarters(path, PASSPHRASE, media)

    def medium(self, name: str) -> Path:
        """The folder of a holder's medium."""
        folder = self.folder / _MEDIA / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def key(self, name: str) -> OfflineKey:
        """A holder opens the key."""
        return next(file for file in offline_key.find_key_files(self.medium(name)) if file.about.name == name).open(
            words_of(name)
        )

    def new_key(self, name: str, role: Role = Role.ROOT) -> PublicKey:
        """A new holder makes a key."""
        medium = self.medium(name)
        offline_key.create_key(medium, name, role, words_of(name), read_system_time())
        return offline_key.read_public(medium / f"{name}.public")

    def propose(self, changes: ProposedChanges, now: datetime | None = None) -> SigningRequest:
        return propose(self.hq, changes, now=now)

    def carry(self, request: SigningRequest, names: Sequence[str]) -> SigningRequest:
        """One holder after the other signs, each from the file that the one before wrote."""
        path = self.folder / "carried.request"
        write_request(request, path)
        for name in names:
            request = read_request(path)
            must_be_ours(request, self.medium(name))
            request, _ = sign_request(request, self.key(name))
            remember_root(request, self.medium(name))
            write_request(request, path)
        return read_request(path)

    def change(self, changes: ProposedChanges, *names: str, now: datetime | None = None) -> None:
        """A whole ceremony, and the publication after it."""
        accept_request(self.hq, self.carry(self.propose(changes, now), names), now=now)
        publish(self.hq, now=now)
        self.refresh_mirror()


def root_of(deployment: Deployment) -> Root:
    with deployment.hq.store.transaction() as connection:
        return metadata_in_force.read_root(connection).signed


def carried(held: Held, request: SigningRequest) -> SigningRequest:
    path = held.folder / "carried.request"
    write_request(request, path)
    return read_request(path)
