"""Takes what headquarters signed for kits: fresh metadata, the policy for all, and the envelope for this kit.

- Metadata is verified at the kit's trusted time. Only headquarters' online keys sign the times that raise its floor. If
  one of them, or headquarters' clock, was wrong by a year, everything signed afterwards would look expired to the kit.
  The way out is the one TUF has for versions that were driven ahead: a root signed since then, by two of three people.
  The floor falls to the time of that root, no further.
- An envelope that is missing or refused is a problem to report, not an end: the kit continues with the keys that it
  has. Only a kit that never had one cannot.
- The people of the kit's post come right after the envelope that names them (`sync.kit.people_fetch`).
- A kit that is not in force says so at every run.
"""

from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from data.clock import Clock
from data.errors import ExpiredError, MalformedError, NotOffered, Problem, TrustError, WaypostError
from data.kit import headquarters_word
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from data.lease import enforcement
from data.lease.enforcement import ContactNovelty
from data.log.error_log import log_error
from data.policy import POLICY_FILE, Policy, policy_from_json, save_policy
from data.text import EMPTY, Message, _, join
from data.witness.comparison import describe_disagreement
from sync.formats.enrolment_file import EnrolmentFile
from sync.formats.envelope import Envelope, check_recipient, envelope_path, unseal_envelope
from sync.kit import vault_entries
from sync.kit.people_fetch import take_people
from sync.kit.vault_entries import MetadataVersions
from sync.limits import LIMITS
from sync.link import STAYS, Delivery, FileLink, read_whole
from sync.trust.metadata import Trust, make_rollback_error, reference_time

_NEWER_WORD = _(
    "First check the clock: once a wrong clock has been corrected, the lists unlock. Otherwise ask "
    "headquarters to sign again for this kit (`waypost hq kits set … --sign-anew`), then "
    "fetch again, over a link or from a newer stick"
)
_TELL = _("Tell headquarters. This ends when headquarters has acknowledged the kit's report")
_NOTHING_FOR_US = Problem(
    _("This source has lists, but nothing for this kit itself"),
    _("The kit keeps the keys that it has."),
    _(
        "If it is a stick, ask headquarters to fill it for this kit too. A kit that has been "
        "enrolled again since it was filled finds nothing on it"
    ),
)


def refresh_metadata(
    home: KitHome, root: bytes, link: FileLink, clock: Clock, via: Delivery = Delivery.LINE
) -> tuple[Trust, Clock]:
    """Verified metadata that is in force, and the clock to go on with.

    Raises:
        TrustError: what is offered is not signed by headquarters, expired or rolled back.
        LinkError: it does not come.
    """
    trust = _make_trust(home.trust, root, link, clock, via)
    try:
        trust.refresh()
        _must_not_be_older(home, trust)
    except ExpiredError:
        signed, since = trust.root_expires - LIMITS.root_life, vault_entries.floor_root(home)
        if since is None or trust.root_version <= since or signed >= clock.floor:
            raise
        lower = replace(clock, floor=signed)
        trust = _make_trust(home.trust, root, link, lower, via)
        trust.refresh()
        _must_not_be_older(home, trust)
        vault_entries.raise_floor(home, signed, trust.root_version)
        return trust, lower
    return trust, clock


def _must_not_be_older(home: KitHome, trust: Trust) -> None:
    """The files of metadata here may be older copies: then only the vault knows what was newer."""
    versions = MetadataVersions(trust.root_version, trust.timestamp_version)
    if versions.is_older_than(vault_entries.read_metadata_versions(home)):
        raise make_rollback_error()
    vault_entries.keep_metadata_versions(home, versions)


def take_policy(home: KitHome, trust: Trust) -> Policy:
    """The policy in force from here on.

    Raises:
        TrustError: the policy is missing, or cannot be used.
    """
    content = trust.target(POLICY_FILE, most_bytes=LIMITS.policy_bytes)
    if content is None:
        raise TrustError(_("The source has no policy"), means=STAYS, do=_("Tell headquarters"))
    policy = policy_from_json(content)
    save_policy(home, content)
    return policy


def take_envelope(
    home: KitHome, link: FileLink, enrolment: EnrolmentFile, policy: Policy, clock: Clock, via: Delivery
) -> list[Problem]:
    """Keep what the envelope of this kit says, and the people that it names; returns what failed.

    Raises:
        WaypostError: it failed, and this kit has no earlier envelope to continue with.
    """
    signer = policy.kits_key()
    serial = vault_entries.newest_serial(home, signer)
    try:
        sealed = read_whole(link, envelope_path(enrolment.folder), most_bytes=LIMITS.envelope_bytes)
        envelope = unseal_envelope(sealed, enrolment.identity, signer)
        check_recipient(envelope, enrolment.kit, enrolment.enrolment_id, serial, reference_time(clock, via))
        _keep_envelope(home, envelope, signer, clock)
    except WaypostError as error:
        if vault_entries.read_list_keys(home)[0] == 0:
            raise
        log_error(error)
        return [_NOTHING_FOR_US if isinstance(error, NotOffered) else Problem.of(error)]
    return take_people(home, link, enrolment, envelope, signer, clock.now())


def find_restrictions(home: KitHome, clock: Clock) -> list[Problem]:
    """What headquarters does not let this kit do, or lets it no longer."""
    status, now = headquarters_word.read_status(home), enforcement.read_access(home, clock)
    if not status.in_force:
        return [
            Problem(
                _describe_ending(status),
                _("Its lists are locked, and it gets no newer ones.")
                if status.state != headquarters_word.WIPED
                else _("Its lists and their keys are erased; its journal is kept and still reported."),
                _("Ask headquarters when this ends; there is nothing to do on the kit")
                if status.state == headquarters_word.SUSPENDED
                else _("Ask headquarters; a kit that was lost and found must be enrolled again"),
            )
        ]
    files = [Problem(describe_disagreement(file), EMPTY, _TELL) for file in now.changed_files]
    if not now.is_open:
        means = _("What this source has from headquarters for this kit is no newer than what the kit already had.")
        return [Problem(join([now.says]), means, _NEWER_WORD), *files]
    return files


def _describe_ending(status: KitStatus) -> Message:
    if status.reason:
        return _(
            "Headquarters says that this kit is not in force ({state}): {reason}",
            state=status.state,
            reason=status.reason,
        )
    return _("Headquarters says that this kit is not in force ({state})", state=status.state)


def _make_trust(folder: Path, root: bytes, link: FileLink, clock: Clock, via: Delivery) -> Trust:
    return Trust(folder, root, link, reference_time(clock, via))


def _keep_envelope(home: KitHome, envelope: Envelope, signer: Ed25519PublicKey, clock: Clock) -> None:
    """An envelope that the kit has is accepted again where its keys were erased since, if it is recent enough.

    Nothing else that headquarters signs is its word to this kit: who withholds the envelope that ends it could let the
    rest pass for ever.
    """
    if envelope.status.signed is None:
        raise MalformedError(
            _("The envelope for this kit does not say when it was signed"),
            means=_("The kit keeps the keys that it has."),
            do=_("Tell headquarters if it happens again"),
        )
    word = ContactNovelty.NEW if envelope.serial > vault_entries.newest_serial(home, signer) else ContactNovelty.KNOWN
    enforcement.record_contact(home, envelope.status.signed, clock, word)
    anew = enforcement.is_erased(home) and envelope.status.in_force and not enforcement.is_lease_over(home, clock)
    if word is ContactNovelty.NEW or anew:
        vault_entries.keep_envelope(home, envelope, signer)
    if anew:
        enforcement.record_new_keys(home)
