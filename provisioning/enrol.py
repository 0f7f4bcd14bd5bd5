"""Makes a kit from the secret file that `waypost hq enrol` writes."""

from pathlib import Path

from data.errors import InputError, describe_os_error
from data.kit.home import KitHome
from data.kit.settings import Profile, Settings
from data.passphrase import normalize_new_passphrase
from data.text import _
from sync.formats.enrolment_file import enrolment_from_json
from sync.kit.vault_entries import keep_enrolment
from sync.limits import LIMITS


def init_kit(home: Path, passphrase: str, enrolment: Path, profile: Profile = "production") -> KitHome:
    """Make a kit in the empty or absent folder `home` from the secret file `enrolment`; for trials only where asked.

        kit = init_kit(Path("/var/lib/waypost"), "a sentence", Path("north-1.secret"))

    Raises:
        InputError: the file is not an enrolment file, the folder is not empty, or the passphrase is.
    """
    try:
        with enrolment.open("rb") as file:
            content = file.read(LIMITS.enrolment_bytes + 1)
    except OSError as error:
        raise InputError(
            _("{file} cannot be read ({reason})", file=enrolment, reason=describe_os_error(error)),
            do=_("Check the path"),
        ) from error
    secret = enrolment_from_json(content)
    normalize_new_passphrase(passphrase)  # before anything is made
    kit = KitHome.create(home, passphrase, Settings(kit=secret.kit, source=secret.source, profile=profile))
    keep_enrolment(kit, secret)
    kit.witness.sync()
    return kit
