"""Takes what headquarters tells every kit (the policy) and this one (its envelope), as far as it is signed.

An envelope that does not come or is refused is a problem to tell, not an end: with the keys the kit has it goes on.
Only a kit that never had one cannot. A kit that is not in force says so at every run.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from data import enrolment, standing
from data.clock import Clock
from data.errors import NotOffered, TrustError, WaypostError
from data.home import KitHome
from data.standing import Word
from sync import kit_secrets
from sync.formats import envelope
from sync.formats.enrolment_file import EnrolmentFile
from sync.formats.envelope import Envelope, envelope_path
from sync.limits import LIMITS
from sync.lines.link import STAYS, Link, read_whole
from sync.report import Problem
from sync.trust.metadata import Trust, Via, reference_time
from sync.trust.policy import POLICY, Policy, policy_from_json


def take_policy(home: KitHome, trust: Trust) -> Policy:
    """The policy in force from here on.

    Raises:
        TrustError: there is none, or it cannot be used.
    """
    content = trust.target(POLICY, most_bytes=LIMITS.policy_bytes)
    if content is None:
        raise TrustError("The source has no policy", means=STAYS, do="Tell headquarters")
    policy = policy_from_json(content)
    kit_secrets.keep_policy(home, content)
    return policy


def take_envelope(
    home: KitHome, link: Link, secret: EnrolmentFile, policy: Policy, clock: Clock, via: Via
) -> list[Problem]:
    """Keep what the envelope of this kit says; what went wrong with it.

    Raises:
        WaypostError: there is none yet that this kit could go on with.
    """
    signer, problems = policy.kits_key(), []
    serial = kit_secrets.newest_serial(home, signer)
    try:
        sealed = read_whole(link, envelope_path(secret.envelope), most_bytes=LIMITS.envelope_bytes)
        mail = envelope.unseal(sealed, secret.identity, signer)
        envelope.must_be_for(mail, secret.kit, secret.incarnation, serial, reference_time(clock, via))
        _keep(home, mail, signer, clock)
    except WaypostError as error:
        if kit_secrets.list_keys(home)[0] == 0:
            raise
        problems.append(_NOTHING_FOR_US if isinstance(error, NotOffered) else Problem.of(error))
    return problems


def _keep(home: KitHome, mail: Envelope, signer: Ed25519PublicKey, clock: Clock) -> None:
    """An envelope that the kit has is taken again where its keys were erased since, if its word is young enough.

    Nothing else that headquarters signs is its word to this kit: who withholds the envelope that ends it could let the
    rest pass for ever.
    """
    word = Word.NEW if mail.serial > kit_secrets.newest_serial(home, signer) else Word.KNOWN
    if mail.standing.signed is not None:
        standing.heard(home, mail.standing.signed, clock, word)
    anew = standing.was_erased(home) and mail.standing.in_force and not standing.is_silent_too_long(home, clock)
    if word is Word.NEW or anew:
        kit_secrets.keep_envelope(home, mail, signer)
    if anew:
        standing.came_anew(home)


_NEWER_WORD = (
    "Look at the clock first: set right, a wrong one unlocks. Else let headquarters sign anew for this kit "
    "(`waypost hq kits set … --sign-anew`), and fetch again, by a line or a newer stick"
)
_NOTHING_FOR_US = Problem(
    "There is nothing for this kit itself at this source, only lists",
    "The keys it has stay in use.",
    "If it is a stick, let headquarters fill it for this kit too; a kit that was enrolled anew since finds nothing",
)


def restrictions(home: KitHome, clock: Clock) -> list[Problem]:
    """What headquarters does not let this kit do, or lets it no longer."""
    said, now = enrolment.standing(home), standing.access(home, clock)
    if not said.in_force:
        why = f": {said.reason}" if said.reason else ""
        return [
            Problem(
                f"Headquarters says that this kit is not in force ({said.state}){why}",
                "It gets no newer lists; those it has are locked."
                if said.state != enrolment.WIPED
                else "Its lists and their keys are erased; its journal stays and is reported.",
                "Ask headquarters when it ends that; nothing is to be done at the kit"
                if said.state == enrolment.SUSPENDED
                else "Ask headquarters; a kit that was found again is enrolled anew",
            )
        ]
    if not now.is_open:
        means = "What this source brought of headquarters for this kit is no newer than what the kit had."
        return [Problem(now.says, means, _NEWER_WORD)]
    return []
