"""Refreshes the signed metadata and gives out what it vouches for, by python-tuf's client.

- `now` is the kit's trusted time (`reference_time`), not the machine's clock: a clock at 1970 would silently switch
  off the protection against frozen files. It is set here and nowhere else.
- What comes wrong is a TrustError of the kind that says which rule it broke; what does not come is a LinkError (the
  line is bad). Either way the last verified state stays in force.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Key, Targets
from tuf.api.serialization import DeserializationError
from tuf.ngclient import FetcherInterface, Updater

from data import durable_files
from data.clock import Clock
from data.durable_files import PRIVATE_FOLDER_MODE
from data.errors import (
    ExpiredError,
    LinkError,
    MalformedError,
    MismatchError,
    NotOffered,
    OversizeError,
    RollbackError,
    SignatureError,
    StoreError,
    TrustError,
    describe_os_error,
)
from data.text import _, join
from sync.limits import LIMITS
from sync.link import STAYS, Delivery, FileLink

_METADATA = "metadata/"
CHECK_SOURCE = _("Check `source` in kit.toml; if it is right, tell headquarters")
"""What to do by default; a caller that asked another source, such as a stick, says something else."""


def reference_time(clock: Clock, via: Delivery) -> datetime:
    """The time with which expiry dates are compared.

    Over a line max(clock, floor), so that nobody holds newer files back unseen. What was carried is old by nature: the
    floor alone, so that a stick that travelled for weeks is good as long as it is newer than what is here.
    """
    return clock.now() if via is Delivery.LINE else clock.floor


class Trust:
    """The chain from the root of the enrolment file to one target, for one run of the courier.

    trust = Trust(kit.trust, enrolment.root, link, reference_time(clock, Delivery.LINE))
    trust.refresh()
    content = trust.target("lists/sltd/manifest.json", most_bytes=LIMITS.manifest_bytes)
    """

    def __init__(self, folder: Path, root: bytes, link: FileLink, now: datetime) -> None:
        targets = folder / "targets"
        targets.mkdir(exist_ok=True, mode=PRIVATE_FOLDER_MODE)
        durable_files.make_folder(folder / "root_history")
        with _translate_errors():
            _remove_what_is_no_file(folder)
            self._updater = _Updater(str(folder), _METADATA, str(targets), "", _LinkFetcher(link), bootstrap=root)
        self._updater._trusted_set.reference_time = now

    def refresh(self) -> None:
        """Bring the metadata up to date.

        Raises:
            RollbackError: what is offered is older than what was seen before.
            SignatureError, MismatchError, MalformedError, OversizeError, ExpiredError: which rule it broke.
            LinkError: it does not come.
        """
        with _translate_errors():
            self._updater.refresh()

    @property
    def root_version(self) -> int:
        """The version of the newest root that was verified."""
        return int(self._updater._trusted_set.root.version)

    @property
    def timestamp_version(self) -> int:
        """The version of the newest timestamp that was verified."""
        return int(self._updater._trusted_set.timestamp.version)

    @property
    def root_expires(self) -> datetime:
        """Until when that root is good; it was signed `limits.root_life` before."""
        return self._updater._trusted_set.root.expires

    @property
    def signed_at(self) -> datetime:
        """When headquarters signed the timestamp, and with it that nothing newer is published."""
        expires: datetime = self._updater._trusted_set.timestamp.expires
        return expires - LIMITS.online_life

    def target(self, path: str, *, most_bytes: int) -> bytes | None:
        """The verified content of a target, or None when nothing of that name is signed.

        Raises:
            OversizeError: it is larger than `most_bytes`.
            MismatchError: it is not what was signed.
            LinkError: it does not come.
        """
        with _translate_errors():
            info = self._updater.get_targetinfo(path)
            if info is None:
                return None
            if info.length > most_bytes:
                raise OversizeError(_("{path} is too large ({size} bytes)", path=path, size=info.length), means=STAYS)
            file = self._updater.find_cached_target(info) or self._updater.download_target(info)
            content = Path(file).read_bytes()
            info.verify_length_and_hashes(content)
            return content


def _remove_what_is_no_file(folder: Path) -> None:
    """python-tuf opens whatever has the name of metadata, and would wait for a pipe for ever."""
    for path in (*folder.glob("*.json"), *folder.glob("root_history/*"), *folder.glob("targets/*")):
        if not path.is_file():
            durable_files.remove(path)


class _Updater(Updater):
    """python-tuf's workflow, with two rules more.

    - A key counts once, under however many ids it is named. A threshold is of different keys (TUF specification 1.0,
      section 4.1); python-tuf counts their ids.
    - What is stored lasts: a power cut leaves no older or half a file, which would look like one that was put back.
    """

    def _persist_file(self, filename: str, data: bytes) -> None:
        path = Path(filename)
        if not path.is_file() or path.read_bytes() != data:
            durable_files.write_durably(path, data)

    def _load_timestamp(self) -> None:
        _must_be_distinct(self._trusted_set.root.keys)
        super()._load_timestamp()

    def _load_targets(self, role: str, parent_role: str) -> Targets:
        targets = super()._load_targets(role, parent_role)
        if targets.delegations is not None:
            _must_be_distinct(targets.delegations.keys)
        return targets


def _must_be_distinct(keys: Mapping[str, Key]) -> None:
    if len({str(key.keyval.get("public")) for key in keys.values()}) < len(keys):
        raise UnsignedMetadataError(_("one key is named twice"))


class _LinkFetcher(FetcherInterface):
    """Our link, as python-tuf asks for bytes."""

    def __init__(self, link: FileLink) -> None:
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
def _translate_errors() -> Iterator[None]:
    """python-tuf's errors as ours: the rule that was broken, or the line.

    Its words stay out of ours, except which file has expired: what headquarters must do depends on it.
    """
    try:
        yield
    except DownloadLengthMismatchError as error:
        raise OversizeError(_("A signed file is longer than allowed"), means=STAYS, do=CHECK_SOURCE) from error
    except DownloadHTTPError as error:
        what = error.__cause__.what if isinstance(error.__cause__, NotOffered) else _("The connection broke")
        raise LinkError(
            what,
            means=join([_("The source is not a published tree, or the copy is incomplete."), STAYS]),
            do=CHECK_SOURCE,
        ) from error
    except DownloadError as error:
        if isinstance(error.__cause__, LinkError):
            raise error.__cause__ from None
        raise LinkError(_("The connection broke"), means=STAYS) from error
    except (RepositoryError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _rule_error(error) from error
    except OSError as error:
        raise StoreError(
            _("The kit's `trust` folder cannot be used ({reason})", reason=describe_os_error(error)), means=STAYS
        ) from error


def make_rollback_error() -> RollbackError:
    """What is offered is older than what was seen before."""
    return RollbackError(
        _("The source offers metadata that is older than what this kit has seen"), means=STAYS, do=CHECK_SOURCE
    )


def _rule_error(error: Exception) -> TrustError:
    match error:
        case BadVersionNumberError():
            return make_rollback_error()
        case ExpiredMetadataError():
            return ExpiredError(
                _(
                    "The metadata that the source offers has expired: headquarters has signed nothing for a "
                    "long time, or somebody is withholding its newer files ({error})",
                    error=error,
                ),
                means=join([STAYS, _("Waypost shows how old they are.")]),
                do=_("Ask headquarters to run `waypost hq publish`, and check this machine's clock"),
            )
        case UnsignedMetadataError():
            return SignatureError(_("Headquarters did not sign what the source offers"), means=STAYS, do=CHECK_SOURCE)
        case LengthOrHashMismatchError():
            return MismatchError(
                _("Headquarters did not sign what the source offers under this name: its size or hash differs"),
                means=STAYS,
                do=CHECK_SOURCE,
            )
        case RepositoryError() if not isinstance(error, DeserializationError):
            return MismatchError(
                _("Headquarters did not sign what the source offers as belonging together"),
                means=STAYS,
                do=CHECK_SOURCE,
            )
    return MalformedError(
        _(
            "The files at the source cannot be read: they are damaged or were altered, and do not carry headquarters' "
            "signature"
        ),
        means=STAYS,
        do=CHECK_SOURCE,
    )
