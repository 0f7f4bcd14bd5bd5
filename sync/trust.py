"""Refreshes the signed metadata and gives out what it vouches for, by python-tuf's client.

`now` is the kit's trusted time, not the machine's clock: a clock at 1970 would silently switch off the protection
against frozen files. What comes wrong is a TrustError (they lied, or repeat themselves); what does not come
is a LinkError (the line is bad). Either way the last verified state stays in force.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    RepositoryError,
)
from tuf.ngclient import FetcherInterface, Updater

from data.errors import LinkError, NotOffered, RollbackError, StoreError, TrustError
from sync.link import STAYS, Link

_METADATA = "metadata/"
TIMESTAMP = "metadata/timestamp.json"
"""The first file that a kit asks for; whatever is published is found from there."""
_SOURCE = "Check `source` in kit.toml; if it is right, tell headquarters"


class Trust:
    """The chain from the root of the enrolment file to one target, for one run of the courier."""

    def __init__(self, folder: Path, root: bytes, link: Link, now: datetime) -> None:
        targets = folder / "targets"
        targets.mkdir(exist_ok=True)
        with _told_apart():
            self._updater = Updater(str(folder), _METADATA, str(targets), "", _LinkFetcher(link), bootstrap=root)
        self._updater._trusted_set.reference_time = now

    def refresh(self) -> None:
        """Bring the metadata up to date.

        Raises:
            RollbackError: what is offered is older than what was seen before.
            TrustError: it is not signed as it must be, too large, or expired.
            LinkError: it does not come.
        """
        with _told_apart():
            self._updater.refresh()

    def target(self, path: str, *, most_bytes: int) -> bytes | None:
        """The verified content of a target, or None when nothing of that name is signed.

        Raises:
            TrustError: it is larger than `most_bytes`, or not what was signed.
            LinkError: it does not come.
        """
        with _told_apart():
            info = self._updater.get_targetinfo(path)
            if info is None:
                return None
            if info.length > most_bytes:
                raise TrustError(f"{path} is too large ({info.length} bytes)", means=STAYS)
            kept = self._updater.find_cached_target(info) or self._updater.download_target(info)
            content = Path(kept).read_bytes()
            info.verify_length_and_hashes(content)
            return content


class _LinkFetcher(FetcherInterface):
    """Our link, as python-tuf asks for bytes."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            with self._link.open(url.lstrip("/")) as pieces:
                yield from pieces
        except NotOffered as error:
            raise DownloadHTTPError(error.what, 404) from error
        except LinkError as error:
            raise DownloadError(error.what) from error


@contextmanager
def _told_apart() -> Iterator[None]:
    """python-tuf's errors as ours."""
    try:
        yield
    except DownloadLengthMismatchError as error:
        raise TrustError("A signed file is longer than it may be", means=STAYS, do=_SOURCE) from error
    except DownloadHTTPError as error:
        raise LinkError(
            str(error), means=f"The source is no published tree, or a copy that is not complete. {STAYS}", do=_SOURCE
        ) from error
    except DownloadError as error:
        if isinstance(error.__cause__, LinkError):
            raise error.__cause__ from None
        raise LinkError(f"The line broke ({error})", means=STAYS) from error
    except BadVersionNumberError as error:
        raise RollbackError(
            "What the source offers is older than what this kit has seen", means=STAYS, do=_SOURCE
        ) from error
    except ExpiredMetadataError as error:
        raise TrustError(
            "What the source offers has expired: headquarters has not signed for a long time, or somebody holds "
            "its newer files back",
            means=f"{STAYS} Their ages are shown.",
            do="Let headquarters run `waypost hq publish`; check this machine's clock",
        ) from error
    except (RepositoryError, ValueError, KeyError, TypeError) as error:
        raise TrustError(
            f"What the source offers is not signed by headquarters ({type(error).__name__})", means=STAYS, do=_SOURCE
        ) from error
    except OSError as error:
        raise StoreError(f"The kit's trust folder cannot be used ({error.strerror})", means=STAYS) from error
