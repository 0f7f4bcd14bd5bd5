"""Makes a kit from the secret file that `waypost hq enrol` wrote."""

from pathlib import Path

from data.errors import InputError
from data.kit.home import KitHome
from data.kit.settings import Settings
from sync.formats.enrolment_file import enrolment_from_json
from sync.kit.vault_entries import keep_enrolment
from sync.limits import LIMITS


def init_kit(home: Path, passphrase: str, enrolment: Path) -> KitHome:
    """A new kit in the empty or absent folder `home`, enrolled by the secret file `enrolment`.

    Raises:
        InputError: the file is no enrolment file, the folder is not empty, or the passphrase is.
    """
    try:
        with enrolment.open("rb") as file:
            content = file.read(LIMITS.enrolment_bytes + 1)
    except OSError as error:
        raise InputError(f"{enrolment} cannot be read ({error.strerror})", do="Check the path") from error
    secret = enrolment_from_json(content)
    if not passphrase:
        raise InputError("A passphrase is needed", do="Give at least one character; a sentence is better")
    kit = KitHome.create(home, passphrase, Settings(kit=secret.kit, source=secret.source))
    keep_enrolment(kit, secret)
    return kit
