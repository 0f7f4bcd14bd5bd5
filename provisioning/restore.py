"""Puts a kit back from a copy of its home, on purpose: recorded, reported, and without an alarm."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from data import durable_files
from data.errors import InputError
from data.homes import must_be_kit
from data.journal.chains import KIT_RESTORED
from data.journal.outgoing import begin_again
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.people.staff import Actor
from data.text import _
from data.witness.alarms import accept_files, raise_alarms


def restore_kit(home: Path, passphrase: str, copy: Path, *, identify: Callable[[KitHome], Actor], why: str) -> KitHome:
    """Make the empty or absent folder `home` the kit whose home was copied to `copy`; the copy stays as it is.

    The journal begins a new incarnation, so headquarters sees that this kit was put back, and gets again whatever it
    may have lost. It notes that travellers since the copy are missing in it. That is no alarm; files of the copy that
    do not fit each other are one, as they were in the kit.

    `identify` says who does it, by the people whom the copy knows.

    Raises:
        InputError: the folder is not empty, the copy is no kit's, or nobody says why.
        WrongPassphrase: the passphrase does not open the copy; nothing is left of it in `home`.
    """
    if not why.strip():
        raise InputError(_("Restoring a kit requires a reason"), do=_("Give --reason"))
    must_be_kit(copy)
    if home.exists() and any(home.iterdir()):
        raise InputError(
            _("{path} is not empty", path=home),
            means=_("Nothing was changed."),
            do=_("Move what is there to another folder and keep it: it may hold travellers that the copy does not"),
        )
    if home.resolve().is_relative_to(copy.resolve()):
        raise InputError(
            _("{path} lies inside the copy", path=home), means=_("Nothing was changed."), do=_("Choose another folder")
        )
    with durable_files.translate_os_errors():
        try:
            shutil.copytree(copy, home, symlinks=True, dirs_exist_ok=True)
            home.chmod(0o700)
            os.sync()
            return _open_restored(home, passphrase, identify, why.strip())
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise


def _open_restored(home: Path, passphrase: str, identify: Callable[[KitHome], Actor], why: str) -> KitHome:
    kit = KitHome.open(home, passphrase, "technician")
    technician, now = identify(kit), read_clock(kit).now()
    raise_alarms(kit, now)
    with kit.journal.writing() as connection:
        begin_again(connection, now)
        kit.journal.note_lost_memory(connection, now)
        kit.journal.record_within(connection, KIT_RESTORED, now, technician.number, kit.settings.kit, {"reason": why})
    accept_files(kit)
    return kit
