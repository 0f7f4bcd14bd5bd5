"""Takes the people of the kit's post, where the envelope names a file that is not the one taken last.

- An unchanged file costs no download; size and hash are those that the envelope signed, before anything is opened.
- The serial of a roster never falls. With a new `kits` key serials start again, as those of envelopes do.
- What cannot be had or is refused is a problem to report: whoever could sign in still can, and lists go on.
- A kit that took people and stands at no post any more lets nobody sign in, and one that is to be wiped forgets their
  PINs. One that is suspended or revoked keeps its people: its lists are locked.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from data.errors import Damaged, MismatchError, NotOffered, OversizeError, Problem, TrustError, WaypostError
from data.json_codec import Hexadecimal, decode, encode_canonical
from data.kit.headquarters_word import WIPED
from data.kit.home import KitHome
from data.log.error_log import log_error
from data.people.kit_roster import ROSTER, PeopleReader, end_everybody, keep_roster, read_roster
from data.people.roster import KEY_BYTES, Roster
from data.people.sign_in_tries import tries_of
from data.text import _
from sync.formats.enrolment_file import EnrolmentFile
from sync.formats.envelope import Envelope, PeopleFile
from sync.formats.people_envelope import check_recipient, people_path, unseal_people
from sync.kit.post_apply import COURIER
from sync.limits import LIMITS
from sync.link import FileLink, read_whole

ROSTER_CHANGED = "roster_changed"
"""In the journal: who was added and who ended, by service number."""
MOST_NAMED = 100
"""Service numbers of each kind in one entry; the counts are of all."""
_TAKEN = "people-taken"
"""Name in the vault."""
_STAYS = _("The kit keeps the people that it has.")
_TELL = _("Tell headquarters if it happens again")
_NOT_OFFERED = Problem(
    _("This source does not have the people of this post"),
    _STAYS,
    _("If it is a stick, ask headquarters to fill it for this kit too; if it happens again, tell headquarters"),
)


def take_people(
    home: KitHome, link: FileLink, enrolment: EnrolmentFile, envelope: Envelope, signer: Ed25519PublicKey, now: datetime
) -> list[Problem]:
    """Keep the people that a verified envelope names; returns what failed."""
    is_wiped = envelope.status.state == WIPED
    if not envelope.status.in_force and not is_wiped:
        return []
    try:
        taken = _read_taken(home, signer)
        if is_wiped or envelope.people is None:
            _forget_people(home, taken, now, is_wiped=is_wiped)
        elif envelope.people.sha256 != taken.sha256 or not _is_readable(home):
            roster = _fetch(link, enrolment, envelope.people, signer, taken.serial)
            _keep(home, roster, _Taken(roster.serial, envelope.people.sha256, signer.public_bytes_raw()), now)
    except WaypostError as error:
        log_error(error)
        return [_NOT_OFFERED if isinstance(error, NotOffered) else Problem.of(error)]
    return []


@dataclass(frozen=True, slots=True)
class _Taken:
    """The file that was taken last."""

    serial: int = 0
    sha256: Hexadecimal = b""
    """Empty where the people of it may sign in no more."""
    signer: Hexadecimal = b""


def _fetch(link: FileLink, enrolment: EnrolmentFile, file: PeopleFile, signer: Ed25519PublicKey, serial: int) -> Roster:
    if file.size > LIMITS.people_bytes:
        raise _refusal(OversizeError)
    sealed = read_whole(link, people_path(enrolment.folder), most_bytes=file.size)
    if len(sealed) != file.size or sha256(sealed).digest() != file.sha256:
        raise _refusal(MismatchError)
    people = unseal_people(sealed, enrolment.identity, signer)
    check_recipient(people, enrolment.kit, enrolment.enrolment_id, serial)
    if people.roster.serial != file.serial:
        raise _refusal(MismatchError)
    return people.roster


def _refusal(kind: type[TrustError]) -> TrustError:
    what = _("The people of this post are not those that headquarters names in its envelope for this kit")
    return kind(what, means=_STAYS, do=_TELL)


def _keep(home: KitHome, roster: Roster, taken: _Taken, now: datetime) -> None:
    """The journal comes first: after a power cut in between it says the same once more."""
    before = _read_known(home)
    home.journal.record(ROSTER_CHANGED, now, COURIER, f"roster {roster.serial}", _describe_changes(before, roster))
    keep_roster(home, roster, also={_TAKEN: encode_canonical(taken)})
    if reset := _find_reset(before, roster):
        tries_of(home).forgive_after_reset(reset)


def _find_reset(before: Roster | None, after: Roster) -> list[str]:
    """Whom headquarters gave a new first PIN. A PIN that somebody chose gives no tries back."""
    versions = {person.number: person.credential.version for person in before or ()}
    return [
        person.number
        for person in after
        if person.credential.is_initial and person.credential.version > versions.get(person.number, 1 << 53)
    ]


def _forget_people(home: KitHome, taken: _Taken, now: datetime, *, is_wiped: bool) -> None:
    if not taken.sha256 and not (is_wiped and _has_no_roster(home)):
        return
    nobody = Roster(taken.serial, "", has_duress=False, countersign_key=token_bytes(KEY_BYTES), people=())
    changes = _describe_changes(_read_known(home), nobody)
    home.journal.record(ROSTER_CHANGED, now, COURIER, "no post", changes)
    end_everybody(home, nobody, also={_TAKEN: encode_canonical(_Taken(taken.serial, b"", taken.signer))})


def _describe_changes(before: Roster | None, after: Roster) -> dict[str, Any]:
    old = {person.number: person for person in before or ()}
    new = {person.number: person for person in after}
    added, ended = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    changed = sum(old[number] != new[number] for number in old.keys() & new.keys())
    return {
        "serial": after.serial,
        "post": after.post,
        "people": len(new),
        "counts": {"added": len(added), "ended": len(ended), "changed": changed},
        "added": added[:MOST_NAMED],
        "ended": ended[:MOST_NAMED],
    }


def _has_no_roster(home: KitHome) -> bool:
    """Whether the technician of the enrolment still signs in."""
    return home.vault.get(ROSTER) is None


def _is_readable(home: KitHome) -> bool:
    try:
        PeopleReader(home.vault).read()
    except Damaged as error:
        log_error(error)
        return False
    return _read_known(home) is not None


def _read_known(home: KitHome) -> Roster | None:
    try:
        return read_roster(home)
    except Damaged as error:
        log_error(error)
        return None


def _read_taken(home: KitHome, signer: Ed25519PublicKey) -> _Taken:
    content = home.vault.get(_TAKEN)
    if content is None:
        return _Taken()
    damaged = Damaged(
        _("The vault's record of the people of this post cannot be read"),
        means=_STAYS,
        do=_("Ask a technician to look at the kit"),
    )
    taken = decode(_Taken, content, lambda _why: damaged)
    return taken if taken.signer == signer.public_bytes_raw() else _Taken(0, taken.sha256, taken.signer)
