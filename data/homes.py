"""Which kind of home a folder is, a kit's or a headquarters', by its files: needs no passphrase and makes no file."""

from enum import Enum
from pathlib import Path

from data.errors import Damaged, InputError, NoHome
from data.kit import home_files
from data.text import _

HEADQUARTERS_STORE = "hq.db"
"""The file by which a folder is known as headquarters' home, also where headquarters' end is not installed."""

_ONLY_IN_A_KIT = (home_files.STORE_KEY, home_files.VAULT, home_files.JOURNAL)
"""Where one of these lies without the file that a kit is known by, that file was lost."""


class HomeKind(Enum):
    """Whose home a folder is."""

    KIT = home_files.SETTINGS.path
    HEADQUARTERS = HEADQUARTERS_STORE


def find_home_kind(folder: Path) -> HomeKind | None:
    """Whose home it is; None where neither file is there."""
    return next((kind for kind in HomeKind if (folder / kind.value).exists()), None)


def refuse_other_home(folder: Path, wanted: HomeKind) -> None:
    """InputError where the folder is the home of the other end."""
    kind = find_home_kind(folder)
    if kind is None or kind is wanted:
        return
    if wanted is HomeKind.KIT:
        what = _("{folder} is a headquarters, not a kit", folder=folder)
    else:
        what = _("{folder} is a kit, not a headquarters", folder=folder)
    raise InputError(what, means=_("Nothing was read or changed."), do=_("Check --home"))


def must_be_kit(folder: Path) -> None:
    """Raise unless `folder` is a kit's home.

    Raises:
        InputError: the folder is a headquarters.
        NoHome: nothing of a kit is in it.
        Damaged: it is a kit whose kit.toml is missing.
    """
    refuse_other_home(folder, HomeKind.KIT)
    if home_files.SETTINGS.within(folder).exists():
        return
    if any(file.within(folder).exists() for file in _ONLY_IN_A_KIT):
        raise Damaged(
            _("{file} is missing", file=home_files.SETTINGS.within(folder)),
            means=_("Without it, nothing in this folder is used as a kit."),
            do=_("Restore it from the technician's copy, or write one with the settings `kit` and `source`"),
        )
    raise NoHome(
        _("There is no kit in {folder}", folder=folder), do=_("Check --home, or make one with `waypost kit init`")
    )
